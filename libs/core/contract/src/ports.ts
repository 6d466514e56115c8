/**
 * The ports: all that a flow knows of the world. They speak in our terms; no client library shows through. Every method may
 * reject with an error of errors.ts; an AbortSignal that fires makes the pending call reject or return early.
 */

import type { ProbedEngine, ProbedUse } from './capabilities.ts';
import type { Column } from './columns.ts';
import type { FailureClass } from './failure-classes.ts';
import type { Input } from './plan-files.ts';
import type { DoneSigner } from './signing.ts';
import type { Message } from './terms.ts';
import type { Task, TaskHeader } from './wire.ts';

/** Time, for waiting only: nothing that is stored depends on it. */
export interface Clock {
  /** Milliseconds on a clock that never jumps. */
  now(): number;
  /** Resolves after `ms`, or as soon as the signal fires (it does not reject). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1), for jitter only. */
export type Chance = () => number;

/** Pure functions on bytes that need a library. */
export interface Codec {
  /** One self-contained frame. Equal input gives equal output. */
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  /** The whole content of one frame. Rejects with IntegrityError when it is damaged or larger than `maxBytes`. */
  decompress(frame: Uint8Array, maxBytes: number): Promise<Uint8Array>;
  /** CRC-32 (IEEE 802.3). */
  crc32(bytes: Uint8Array): number;
  /** Records as a Parquet file with these columns, in pieces. Equal records give equal bytes. */
  writeTable(columns: readonly Column[], records: AsyncIterable<object>): AsyncIterable<Uint8Array>;
  /** The records of such a file in their order. Rejects with IntegrityError when it is damaged. */
  readTable(columns: readonly Column[], file: RandomAccess): AsyncIterable<readonly object[]>;
}

/** A file that is read in any order. */
export interface RandomAccess {
  readonly bytes: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Why a record is no item: a class for counting, and a sentence that names the place in the record. */
export interface RecordProblem {
  readonly class: FailureClass;
  readonly message: string;
}

/**
 * One record as it came from a file: a value, or why it could not be read. A part of a value that could not be read is an Unreadable in its
 * place. `line` is its line, or its number where lines do not count (lists, binary formats); `bytes` is its size in the file.
 */
export type RawRecord =
  | { readonly line: number; readonly bytes: number; readonly value: unknown; readonly written?: AsWritten }
  | { readonly line: number; readonly bytes: number; readonly problem: RecordProblem };

/**
 * How the value at a path stands in the file, where the decoded value does not say it: a number such as 1.0, 0.10 or 1e400, bytes as
 * hexadecimal digits. Undefined for any other value. Ids are found again by it.
 */
export interface AsWritten {
  at(path: string): string | undefined;
}

/** The input files of a job. */
export interface Corpus {
  /**
   * Resolves URIs and globs, in their order (files of a glob by name). Rejects with ConfigurationError when one matches
   * nothing. `before`: the files as they were when a plan of the job began; a name that moves, such as a branch, is resolved as it was then.
   */
  list(uris: readonly string[], before?: readonly Input[]): Promise<Input[]>;
  /**
   * The records of one file in order, blank lines left out, in groups of any size. A bad record is a `problem`, never an
   * error. Rejects with ConfigurationError when the file is no longer the one that was listed. `notice` gets a sentence where the name of the
   * file contradicts its content, or decides what the content leaves open.
   */
  records(input: Input, notice?: (sentence: string) => void): AsyncIterable<RawRecord[]>;
}

export interface Written {
  readonly path: string;
  /** False: an object of that name existed already, and was left as it is. */
  readonly created: boolean;
  readonly bytes: number;
  readonly sha256: string;
}

/** The output folder: named objects that are created whole and never changed. Paths use `/` and are relative. */
export interface Store {
  /** The folder of the output in which paths start, where that is not the output itself. Sentences name it. */
  readonly within?: string;
  /** The whole object, or `length` bytes from `offset`; null when it does not exist. */
  read(path: string, range?: { offset: number; length: number }): Promise<Uint8Array | null>;
  /** The object in pieces. Rejects with IntegrityError when it does not exist. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /**
   * Creates an object, durably and as a whole; exactly one of several creators wins (`created`). The digest and size are of
   * what was offered. A function names the object after its sha256. A secret is for those who may write here, as far as the store
   * knows who reads. `sha256`: the digest of the content, where the caller knows it and makes sure of it; a store that keeps digests beside
   * its objects then has it for large ones, too.
   */
  write(
    path: string | ((sha256: string) => string),
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: { readonly isSecret?: boolean; readonly sha256?: string },
  ): Promise<Written>;
  /** Makes `to` hold what `from` holds. Idempotent; anyone may do it, also at the same time. */
  promote(from: string, to: string): Promise<void>;
  /** The paths that begin with `prefix`, sorted; with `most`, that many of them at most, whichever are found first. */
  list(prefix: string, most?: number): Promise<string[]>;
  /** Removes an object. Does nothing when it does not exist. */
  remove(path: string): Promise<void>;
}

/** A file as a listing shows it. */
export interface ListedFile {
  /** What stands in the listing. An object store takes any text as a name, so it may be no path of a file. */
  readonly path: string;
  readonly bytes: number;
  /** Differs where the content does. */
  readonly version: string;
}

/** A folder that others fill: what is in it is known without reading it. */
export interface ListedFolder {
  /** The files in the order of their names, `most` of them at most. */
  list(most: number): Promise<ListedFile[]>;
  /** The bytes of a file as it was listed. Rejects with ConfigurationError where it is gone or was replaced since. */
  stream(file: ListedFile): AsyncIterable<Uint8Array>;
  /** The sha256 that its writer has put beside a file; null where none did. */
  recordedSha256(path: string): Promise<string | null>;
}

/** The journals of one stage: one append-only file per partition and epoch. */
export interface Journals {
  /** Starts a journal that nobody else has: the next free epoch, counted from 1. */
  create(partition: number): Promise<JournalWriter>;
  /**
   * The epochs, ascending: all of them, or with `after`, an epoch that exists, those that follow it without a gap. The second costs the
   * same however many there are.
   */
  epochs(partition: number, after?: number): Promise<number[]>;
  /** The bytes from `offset` (to the end, or `length` of them). What it gives is durable, also where it was not synced. */
  read(partition: number, epoch: number, offset: number, length?: number): AsyncIterable<Uint8Array>;
  /**
   * Ends the journal of an epoch, whoever writes it: from now on no sync of its writer succeeds. What it synced before stays, and what it
   * appends after that is no part of the journal for any reader. Ending an ended one does nothing.
   */
  end(partition: number, epoch: number): Promise<void>;
  /** The length of a journal that was ended; null while it may grow, and perhaps until it was read to its end after that. */
  lengthOfEnded(partition: number, epoch: number): Promise<number | null>;
}

export interface JournalWriter {
  readonly epoch: number;
  /** Adds bytes at the end and gives the position of the first one. Not durable before `sync`. */
  append(bytes: Uint8Array): Promise<number>;
  /**
   * Returns when all that was appended is durable. A failure is final: nothing of it may be trusted or acknowledged. Rejects with
   * UnavailableError `journal-ended` where another process has ended the journal.
   */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The tasks and the workers that wait for each other. */
interface Demand {
  /** Tasks that no worker has taken. */
  readonly queued: number;
  /** Workers that wait for a task. */
  readonly waiting: number;
}

/** The coordinator's side of the transport of one run. */
export interface Dispatch {
  /**
   * How often it was interrupted so far. A transport that comes back may hold less than before, and again what was acknowledged: what it
   * said before an interruption is no evidence of what it holds after.
   */
  readonly interruptions: number;
  /** Creates what is missing: streams and consumers. Idempotent. */
  open(): Promise<void>;
  /**
   * `present`: the chunk's message, or that of the same items taken over, is queued or in flight already. `full`: the stream has no
   * room now.
   */
  publish(task: Task): Promise<'stored' | 'present' | 'full'>;
  /** The chunks of a shard whose message is queued or in flight. Those that are taken over do not count. */
  queued(shard: number): Promise<ReadonlySet<number>>;
  /** What is there to take, and who would take it. */
  demand(): Promise<Demand>;
  /** How far the outcomes of all partitions have come by now. */
  mark(): Promise<number>;
  /** Whether every outcome of the partition that was stored by `mark` has been acknowledged by its collector. */
  drained(partition: number, mark: number): Promise<boolean>;
  /**
   * Compares what the transport holds with what it delivers, and mends it: creates what is missing, and replaces what will not deliver
   * what is stored. Gives a sentence for each thing mended. What is in flight may be delivered again.
   */
  mend(): Promise<readonly string[]>;
  /** Tells the workers that the run is over, with a signature: they believe nothing else. A `done` of somebody else is removed. */
  announceDone(signer: DoneSigner): Promise<void>;
  /** Removes the streams of the run. */
  remove(): Promise<void>;
}

export interface TaskDelivery {
  readonly header: TaskHeader;
  readonly frame: Uint8Array;
  /** Resolves when the transport has taken note. */
  acknowledge(): Promise<void>;
  /** Gives the task back, to be delivered again after `delayMs`. */
  release(delayMs: number): Promise<void>;
  /** Holds the task for longer: the wait for its acknowledgement starts again. */
  extend(): Promise<void>;
}

/** The worker's side of the transport. */
export interface TaskSource {
  /** At most `max` tasks; none after a while without any; `done` when the run is over. */
  pull(max: number, signal: AbortSignal): Promise<TaskDelivery[] | 'done'>;
}

export interface OutcomeSink {
  /** Resolves when the transport has stored the batch (outcome frames, one after the other). */
  publish(partition: number, batch: Uint8Array): Promise<void>;
}

export interface OutcomeDelivery {
  readonly batch: Uint8Array;
  acknowledge(): Promise<void>;
}

/** The collector's side of the transport. */
export interface OutcomeSource {
  /** At most `maxMessages` batches; none after a while without any. */
  pull(partition: number, maxMessages: number, signal: AbortSignal): Promise<OutcomeDelivery[]>;
}

/** A judge of a stage: its own, or the cheap one that it begins with. Each may have an engine of its own. */
export type JudgeRole = 'own' | 'first';

interface AskedByJudge {
  /** The judge whose engine is asked. Default: the stage's own. */
  readonly judge?: JudgeRole;
}

export interface ChatRequest extends AskedByJudge {
  readonly kind: 'chat';
  readonly model: string;
  readonly messages: readonly Message[];
  /** How many answers; answer i has seed `seed + i`. */
  readonly n: number;
  readonly seed: number;
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  readonly chatTemplateKwargs: Readonly<Record<string, string | number | boolean>>;
  /** A regular expression that the engine is to hold the answers to. */
  readonly regex?: string;
  /** Texts at which an answer ends; they are no part of it. */
  readonly stop?: readonly string[];
  /** Asks for the log-probabilities of this many likeliest tokens in each place of an answer. */
  readonly topLogprobs?: number;
}

/** One place of an answer: its token, and the natural logarithms of the probabilities of the likeliest ones. */
export interface AnswerToken {
  readonly text: string;
  readonly top: Readonly<Record<string, number>>;
}

export interface ChatChoice {
  /** The visible answer. */
  readonly content: string;
  /** What a reasoning parser took out of the answer; empty without such a parser. */
  readonly reasoning: string;
  readonly finishReason: string;
  /** Where log-probabilities were asked for and given. */
  readonly tokens?: readonly AnswerToken[];
}

export interface ChatAnswer {
  readonly kind: 'chat';
  /** n choices, in the order of their seeds. */
  readonly choices: readonly ChatChoice[];
  /** Null where the engine does not count. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** The model's name as the engine says it. */
  readonly model: string;
}

/** Asks a pooling engine for the score of one conversation, raw (no activation). */
export interface ScoreRequest extends AskedByJudge {
  readonly kind: 'score';
  readonly endpoint: 'classify' | 'pooling';
  readonly model: string;
  readonly messages: readonly Message[];
  readonly chatTemplateKwargs: Readonly<Record<string, string | number | boolean>>;
}

export interface ScoreAnswer {
  readonly kind: 'score';
  readonly score: number;
  readonly promptTokens: number | null;
  readonly model: string;
}

/** Asks for the token ids of a text by itself, or of a conversation with the opening of the model's answer. */
export interface TokensRequest extends AskedByJudge {
  readonly kind: 'tokens';
  readonly model: string;
  readonly input: string | readonly Message[];
  readonly chatTemplateKwargs: Readonly<Record<string, string | number | boolean>>;
}

export interface TokensAnswer {
  readonly kind: 'tokens';
  readonly tokens: readonly number[];
}

/** Asks for the natural logarithms of the probability of each token given those before it. */
export interface LogprobsRequest extends AskedByJudge {
  readonly kind: 'logprobs';
  readonly model: string;
  readonly prompt: string | readonly number[];
}

export interface LogprobsAnswer {
  readonly kind: 'logprobs';
  /** One a token; null for the first. */
  readonly logprobs: readonly (number | null)[];
}

export type EngineRequest = ChatRequest | ScoreRequest | TokensRequest | LogprobsRequest;
export type EngineAnswer = ChatAnswer | ScoreAnswer | TokensAnswer | LogprobsAnswer;
/** The answer to a kind of request. */
export type AnswerTo<Request extends EngineRequest> = Extract<EngineAnswer, { kind: Request['kind'] }>;

export interface EngineModel {
  readonly id: string;
  /** Longest prompt and answer together, in tokens; null where the engine does not say. */
  readonly maxTokens: number | null;
}

/** The engine beside the worker. */
export interface Engine {
  /**
   * Whether it charges for requests: one for several answers then costs less than several for one, since its prompt is paid, or
   * counted by a limit of rate, once. Others are asked for one answer at a time: a slot never waits for the longest of several.
   */
  readonly chargesForRequests: boolean;
  /**
   * The models it serves; null where it does not say. An id may have a `*`, which stands for any characters. Rejects with
   * UnavailableError while it is away, RefusalError when it refuses the key.
   */
  models(signal: AbortSignal): Promise<EngineModel[] | null>;
  /** The version of its software; null where it does not say. */
  version(signal: AbortSignal): Promise<string | null>;
  /** Whether it answers at all. Never rejects. */
  healthy(signal: AbortSignal): Promise<boolean>;
  /**
   * Answers a request. TerminalError: never for this prompt (`unsupported`: it has no such route or feature); RetryableError:
   * busy, or failed; RefusalError: refused by a rule that may or may not concern this prompt alone; UnavailableError: the engine
   * died or is gone; ConfigurationError: never for any prompt. An abort reaches the engine.
   */
  answer<Request extends EngineRequest>(request: Request, signal: AbortSignal): Promise<AnswerTo<Request>>;
  /** Whether a request that it was asked to answer is still here, for a rate or a pause to be kept: the server has not seen it. */
  holdsBack(request: EngineRequest): boolean;
}

/** An engine that can be looked into ahead of a run. */
export interface Prober {
  /**
   * Finds out what an engine can do: about a dozen requests of a few tokens, one after the other, which hold no text of a corpus. What
   * fails is a finding. Rejects with the signal's reason only.
   */
  probe(use: ProbedUse, signal: AbortSignal): Promise<ProbedEngine>;
}
