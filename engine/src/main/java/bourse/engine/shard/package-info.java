/**
 * The deterministic state machine of one shard: commands in by {@link bourse.engine.log.LogListener}, each applied exactly once, events out.
 * The adapters read bytes and call; they decide about sessions and numbers, the matcher about orders.
 */
package bourse.engine.shard;
