import type { NoticeParams } from '../../dialogs/effects.ts';
import type { Present } from '../../dialogs/stack.ts';
import type { Graph } from './walk.ts';

/** What the bot says on a walk: every prompt as it was shown, and every notice as it was filled, each once. */
export interface Said {
  readonly prompts: readonly Present[];
  readonly notices: readonly { readonly notice: string; readonly params: NoticeParams }[];
}

export function saidOn(graphs: readonly Graph[]): Said {
  const prompts = new Map<string, Present>();
  const notices = new Map<string, { notice: string; params: NoticeParams }>();
  for (const { states, edges } of graphs) {
    for (const { present } of states.values()) if (present) prompts.set(JSON.stringify(present), present);
    for (const { effects } of edges) {
      for (const effect of effects) {
        if (effect.type === 'say')
          notices.set(JSON.stringify(effect.params), { notice: effect.params.notice, params: effect.params.params ?? {} });
      }
    }
  }
  return { prompts: [...prompts.values()], notices: [...notices.values()] };
}

/** The ids of the sentences a prompt takes, each with what fills it. */
export function sentencesOf({ prompt, shape }: Present): readonly { readonly id: string; readonly params: NoticeParams }[] {
  const params = shape.params ?? {};
  return [
    { id: `${prompt}.text`, params },
    ...shape.choices.map((choice) => ({ id: `${prompt}.choice.${choice.label ?? choice.id}`, params: { ...params, ...choice.params } })),
    ...(shape.input === undefined ? [] : [`${prompt}.label`, `${prompt}.error`].map((id) => ({ id, params }))),
    ...(shape.page === undefined ? [] : [{ id: `${prompt}.link`, params }]),
  ];
}

/** The id of a notice's sentence: `verify.wrong` stands in verify.json under `notice.wrong`, the runner's as they are. */
export function sentenceOf(notice: string): string {
  const dot = notice.indexOf('.');
  const dialog = notice.slice(0, dot);
  return dialog === 'runner' ? notice : `${dialog}.notice.${notice.slice(dot + 1)}`;
}
