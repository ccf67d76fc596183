/**
 * The rungs inside one process: the matcher alone ({@link bourse.bench.core.BookRung}) and the whole engine of a shard, from encoded
 * command to encoded events. The classes that are driven or called per command are hot path: nothing is allocated in them after start.
 */
package bourse.bench.core;
