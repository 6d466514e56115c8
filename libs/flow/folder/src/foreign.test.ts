import { ConfigurationError, type Store } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { refuseForeign, stageFolder } from './index.ts';
import { storeOf } from './store.fixture.ts';

const job = '.proofmill/label/job.json';
const refusing = (store: Store) => refuseForeign(stageFolder(store, 'label'), '/out');

describe('a job may write', () => {
  it.each([
    ['a new folder', {}],
    ['its own folder, whatever else is in there', { [job]: '{}', 'notes.txt': '', 'data/train.jsonl': '' }],
    ['its own folder without a job.json that was damaged', { '.proofmill/label/stage.json': '{}', 'data/a.jsonl': '' }],
    ['a folder that is only kept', { '.gitkeep': '', 'deep/.DS_Store': '' }],
  ])('to %s', async (_, objects) => {
    await refusing(storeOf(objects));
  });

  it('to a folder where a twin begins the same job between two looks', async () => {
    const objects: Record<string, string> = {};
    const store = storeOf(objects);
    await refusing({
      ...store,
      list(prefix, most) {
        objects[job] = '{}';
        return store.list(prefix, most);
      },
    });
  });
});

describe('a job is kept out of', () => {
  it.each([
    [
      'a folder with files of somebody',
      { 'notes.txt': '', 'photos/a.jpg': '', 'photos/b.jpg': '' },
      'the output folder /out holds files and no job of Proofmill: notes.txt, photos/. Name a new or an empty folder (output.uri, or --out)',
    ],
    ['a folder with many files', { a: '', b: '', c: '', d: '' }, 'and no job of Proofmill: a, b, c and more. Name'],
    [
      'the folder of a job with other stages',
      { '.proofmill/score/job.json': '{}' },
      'holds another job, with a stage score (.proofmill/score)',
    ],
    [
      'the folder of another job, however many files are beside it',
      Object.fromEntries([...Array(60).keys(), '.proofmill/score/job.json'].map((name) => [String(name), '{}'])),
      'holds another job, with a stage score (.proofmill/score)',
    ],
    [
      'an output whose working files are gone',
      { 'data/train-00000-of-00001.jsonl': '', _SUCCESS: '' },
      'holds an output whose working files (.proofmill) are gone',
    ],
  ])('%s', async (_, objects, sentence) => {
    const refused = refusing(storeOf(objects));
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(sentence);
  });
});
