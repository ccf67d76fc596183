package bourse.engine.shard;

/**
 * Layout of one chunk of a shard's snapshot, little-endian.
 *
 * <pre>
 *   0        4         6        8         12       16       24
 *   | magic  | version | kind   | payload | crc32c | index  | payload …
 *                                 length
 * </pre>
 *
 * The checksum covers index, kind and payload. Chunks count from 0; a snapshot is BEGIN, the rest in the order of the kinds, END.
 */
final class SnapshotChunk {
    static final int MAGIC = 0x50534E42;
    static final short VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = MAGIC_OFFSET + Integer.BYTES;
    static final int KIND_OFFSET = VERSION_OFFSET + Short.BYTES;
    static final int LENGTH_OFFSET = KIND_OFFSET + Short.BYTES;
    static final int CRC_OFFSET = LENGTH_OFFSET + Integer.BYTES;
    static final int INDEX_OFFSET = CRC_OFFSET + Integer.BYTES;
    static final int PAYLOAD_OFFSET = INDEX_OFFSET + Long.BYTES;
    static final int MAX_PAYLOAD_LENGTH = MatchingState.MAX_CHUNK_BYTES;

    /** Sequences and clock of the shard; behind them the scheduled changes of state, four numbers each. */
    static final short BEGIN = 1;
    /** Account numbers and their last account_seq. */
    static final short ACCOUNTS = 2;
    /** One instrument definition each. */
    static final short INSTRUMENT = 3;
    /** Instrument ids and their last rpt_seq. */
    static final short RPT_SEQS = 4;
    /** Session records, in the order of their indexes. */
    static final short SESSIONS = 5;
    /** Session index, byte offset and a piece of its outcomes. */
    static final short OUTCOMES = 6;
    /** The matcher's own. */
    static final short MATCHER = 7;
    static final short END = 8;
    /** Accounts whose rights an operator has limited, before END; absent where there are none. */
    static final short RIGHTS = 9;

    private SnapshotChunk() {
    }

    /** Chunks come in ascending order of this. */
    static int order(final short kind) {
        return kind == END ? Short.MAX_VALUE : kind;
    }
}
