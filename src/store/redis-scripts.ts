/**
 * The scripts, one for each operation, so that each is one trip and all or nothing. Redis does not undo a script that fails halfway: so
 * each reads and decides first, and what it writes cannot fail. Values pass through as text; Lua's JSON would not keep them as they are.
 */

/**
 * KEYS: lease, inbox, row, row... ARGV: owner ('' reads without a lease), now, lease until, ms after which Redis may forget the lease.
 * Returns {leased 0|1, inbox entries, version, value, version, value...}.
 */
export const openScript = `
if ARGV[1] ~= '' then
  local lease = redis.call('HMGET', KEYS[1], 'o', 'u')
  if lease[1] and lease[1] ~= ARGV[1] and tonumber(lease[2]) > tonumber(ARGV[2]) then return {0} end
  redis.call('HSET', KEYS[1], 'o', ARGV[1], 'u', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
local reply = {1, redis.call('LRANGE', KEYS[2], 0, -1)}
for i = 3, #KEYS do
  local row = redis.call('HMGET', KEYS[i], 'v', 'd')
  reply[#reply + 1] = row[1]
  reply[#reply + 1] = row[2]
end
return reply
`;

/**
 * A program: ARGV holds steps, each its name and its arguments; KEYS holds the keys the steps use, in the same order. All 'expect' steps
 * come first. Returns {1, version of each put...} or {0, which expect, version, value, which, version, value...}.
 */
export const commitScript = (memory: number): string => `
local k, a = 0, 0
local function key() k = k + 1 return KEYS[k] end
local function arg() a = a + 1 return ARGV[a] end
local conflict = {0}
local expected = 0
while ARGV[a + 1] == 'expect' do
  arg()
  local row = redis.call('HMGET', key(), 'v', 'd')
  expected = expected + 1
  if tonumber(row[1] or '0') ~= tonumber(arg()) then
    conflict[#conflict + 1] = expected
    conflict[#conflict + 1] = row[1]
    conflict[#conflict + 1] = row[2]
  end
end
if #conflict > 1 then return conflict end
local reply = {1}
local steps = {
  put = function()
    local row, untils, name, value, time = key(), key(), arg(), arg(), arg()
    reply[#reply + 1] = redis.call('HINCRBY', row, 'v', 1)
    redis.call('HSET', row, 'd', value)
    if time == '' then redis.call('ZREM', untils, name) else redis.call('ZADD', untils, time, name) end
  end,
  remove = function()
    redis.call('DEL', key())
    redis.call('ZREM', key(), arg())
  end,
  append = function()
    local inbox, seen, id, entry = key(), key(), arg(), arg()
    if not redis.call('LPOS', seen, id) then
      redis.call('LPUSH', seen, id)
      redis.call('LTRIM', seen, 0, ${memory - 1})
      redis.call('RPUSH', inbox, entry)
    end
  end,
  take = function()
    local inbox, start = key(), arg()
    for _, entry in ipairs(redis.call('LRANGE', inbox, 0, -1)) do
      if string.sub(entry, 1, #start) == start then redis.call('LREM', inbox, 1, entry) end
    end
  end,
  due = function()
    local due, data, id, at, value = key(), key(), arg(), arg(), arg()
    redis.call('ZADD', due, at, id)
    redis.call('HSET', data, id, at .. ' ' .. value)
  end,
  clear = function()
    local due, data, id = key(), key(), arg()
    redis.call('ZREM', due, id)
    redis.call('HDEL', data, id)
  end,
  clearUnlessWaiting = function()
    local due, data, inbox, id = key(), key(), key(), arg()
    if redis.call('EXISTS', inbox) == 0 then
      redis.call('ZREM', due, id)
      redis.call('HDEL', data, id)
    end
  end,
  index = function()
    local index, member, score = key(), arg(), arg()
    if score == '' then redis.call('ZREM', index, member) else redis.call('ZADD', index, score, member) end
  end,
  release = function()
    local lease, owner = key(), arg()
    if redis.call('HGET', lease, 'o') == owner then redis.call('DEL', lease) end
  end,
}
while a < #ARGV do steps[arg()]() end
return reply
`;

/**
 * KEYS: due, until. ARGV: now, n, start of a row's name, of an inbox's, of its memory's (each with the partition's tag).
 * Forgets rows whose time has passed, with the memory of an inbox that nobody reads. Returns {id, visible since, id, visible since...}.
 */
export const lookDueScript = `
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, 200)) do
  redis.call('DEL', ARGV[3] .. name)
  if redis.call('EXISTS', ARGV[4] .. name) == 0 then redis.call('DEL', ARGV[5] .. name) end
  redis.call('ZREM', KEYS[2], name)
end
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])
`;

/** KEYS: due, due data. ARGV: now, hidden until, id... Leases what is still visible. Returns {id, '<at> <data>', id, ...}. */
export const takeDueScript = `
local reply = {}
for i = 3, #ARGV do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if score and tonumber(score) <= tonumber(ARGV[1]) then
    redis.call('ZADD', KEYS[1], ARGV[2], ARGV[i])
    reply[#reply + 1] = ARGV[i]
    reply[#reply + 1] = redis.call('HGET', KEYS[2], ARGV[i])
  end
end
return reply
`;

/**
 * KEYS: index. ARGV: n, and after a first page the score and the member where it ended. Returns {member, score, member, score...}.
 * The member may have left the index since: then its place is searched for among those of its score, byte by byte, because Lua's own
 * comparison follows the server's locale.
 */
export const scanScript = `
local start = 0
if ARGV[2] then
  local score, member = ARGV[2], ARGV[3]
  local function upTo(other)
    for i = 1, math.min(#other, #member) do
      local a, b = string.byte(other, i), string.byte(member, i)
      if a ~= b then return a < b end
    end
    return #other <= #member
  end
  local low = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. score)
  local high = low + redis.call('ZCOUNT', KEYS[1], score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if upTo(redis.call('ZRANGE', KEYS[1], middle, middle)[1]) then low = middle + 1 else high = middle end
  end
  start = low
end
return redis.call('ZRANGE', KEYS[1], start, start + ARGV[1] - 1, 'WITHSCORES')
`;
