import { storeContract } from './contract.ts';
import { describeEngines } from './engines.ts';

describeEngines('the store', storeContract);
