package bourse.engine.shard;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

import bourse.engine.events.SequenceTable;
import bourse.engine.log.SnapshotReader;
import bourse.engine.log.SnapshotWriter;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.session.SessionTable;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All replicated state of a shard, to and from the chunks of {@link SnapshotChunk}. One use per object. Cold. Thread: engine.
 *
 * <p>Reading checks magic, version, order, length and checksum of every chunk and throws {@link SnapshotException} at the first that is
 * wrong; the process must not go on with what was read before it.
 */
final class ShardSnapshot implements AutoCloseable {
    private static final int SEQUENCE_LENGTH = 16;
    private static final int OUTCOME_HEAD_LENGTH = 8;

    private final Shard shard;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(SnapshotChunk.PAYLOAD_OFFSET + SnapshotChunk.MAX_PAYLOAD_LENGTH);
    private final UnsafeBuffer chunk = new UnsafeBuffer(bytes);
    private final CRC32C crc = new CRC32C();
    private long nextIndex;
    private short lastKind;

    ShardSnapshot(final Shard shard) {
        this.shard = shard;
    }

    // ------------------------------------------------------------------------------------------------ writing

    void write(final SnapshotWriter writer) {
        int at = SnapshotChunk.PAYLOAD_OFFSET;
        at = putLong(at, shard.config().shard());
        at = putLong(at, shard.config().maxFragmentBytes());
        at = putLong(at, shard.fragment().lastEventSeq());
        at = putLong(at, shard.fragment().venueEpoch());
        at = putLong(at, shard.publisher().lastFeedSeq());
        at = putLong(at, shard.timeNs());
        at = putLong(at, shard.expiryHorizonNs());
        at = putLong(at, shard.expiryTimerArmed() ? 1 : 0);
        final TradingSchedule schedule = shard.schedule();
        for (int i = 0; i < schedule.count(); i++) {
            for (int field = 0; field < TradingSchedule.FIELDS; field++) {
                at = putLong(at, schedule.value(i, field));
            }
        }
        emit(writer, SnapshotChunk.BEGIN, at);
        writeSequences(writer, SnapshotChunk.ACCOUNTS, shard.accounts());
        for (final InstrumentSpec spec : shard.registry().inOrder()) {
            emit(writer, SnapshotChunk.INSTRUMENT, InstrumentRecord.write(chunk, SnapshotChunk.PAYLOAD_OFFSET, spec));
        }
        writeSequences(writer, SnapshotChunk.RPT_SEQS, shard.instruments());
        writeSessions(writer);
        shard.matching().writeSnapshot((buffer, offset, length) -> {
            chunk.putBytes(SnapshotChunk.PAYLOAD_OFFSET, buffer, offset, length);
            emit(writer, SnapshotChunk.MATCHER, SnapshotChunk.PAYLOAD_OFFSET + length);
        });
        for (final int account : shard.rights().accounts()) {
            final AccountRights.Rights rights = shard.rights().of(account);
            int to = putLong(SnapshotChunk.PAYLOAD_OFFSET, account);
            to = putLong(to, rights.actions());
            to = putLong(to, rights.instrumentIds() == null ? -1 : rights.instrumentIds().length);
            for (int i = 0; rights.instrumentIds() != null && i < rights.instrumentIds().length; i++) {
                to = putLong(to, rights.instrumentIds()[i]);
            }
            emit(writer, SnapshotChunk.RIGHTS, to);
        }
        emit(writer, SnapshotChunk.END, putLong(SnapshotChunk.PAYLOAD_OFFSET, nextIndex));
    }

    private void writeSequences(final SnapshotWriter writer, final short kind, final SequenceTable table) {
        final UnsafeBuffer all = new UnsafeBuffer(new byte[Math.max(1, table.size()) * SEQUENCE_LENGTH]);
        final int length = table.copyTo(all, 0) * SEQUENCE_LENGTH;
        for (int from = 0; from < length; from += SnapshotChunk.MAX_PAYLOAD_LENGTH) {
            final int part = Math.min(SnapshotChunk.MAX_PAYLOAD_LENGTH, length - from);
            chunk.putBytes(SnapshotChunk.PAYLOAD_OFFSET, all, from, part);
            emit(writer, kind, SnapshotChunk.PAYLOAD_OFFSET + part);
        }
    }

    private void writeSessions(final SnapshotWriter writer) {
        final SessionTable sessions = shard.sessions();
        for (int index = 1; index <= sessions.size(); index++) {
            final int length = sessions.copyRecord(index, chunk, SnapshotChunk.PAYLOAD_OFFSET);
            emit(writer, SnapshotChunk.SESSIONS, SnapshotChunk.PAYLOAD_OFFSET + length);
        }
        final int maxPiece = SnapshotChunk.MAX_PAYLOAD_LENGTH - OUTCOME_HEAD_LENGTH;
        for (int index = 1; index <= sessions.size(); index++) {
            final int used = sessions.usedOutcomeBytes(index);
            for (int from = 0; from < used; from += maxPiece) {
                final int piece = Math.min(maxPiece, used - from);
                chunk.putInt(SnapshotChunk.PAYLOAD_OFFSET, index, LITTLE_ENDIAN);
                chunk.putInt(SnapshotChunk.PAYLOAD_OFFSET + 4, from, LITTLE_ENDIAN);
                chunk.putBytes(SnapshotChunk.PAYLOAD_OFFSET + OUTCOME_HEAD_LENGTH, sessions.outcomes(index), from, piece);
                emit(writer, SnapshotChunk.OUTCOMES, SnapshotChunk.PAYLOAD_OFFSET + OUTCOME_HEAD_LENGTH + piece);
            }
        }
    }

    private int putLong(final int at, final long value) {
        chunk.putLong(at, value, LITTLE_ENDIAN);
        return at + Long.BYTES;
    }

    private void emit(final SnapshotWriter writer, final short kind, final int end) {
        chunk.putInt(SnapshotChunk.MAGIC_OFFSET, SnapshotChunk.MAGIC, LITTLE_ENDIAN);
        chunk.putShort(SnapshotChunk.VERSION_OFFSET, SnapshotChunk.VERSION, LITTLE_ENDIAN);
        chunk.putShort(SnapshotChunk.KIND_OFFSET, kind, LITTLE_ENDIAN);
        chunk.putInt(SnapshotChunk.LENGTH_OFFSET, end - SnapshotChunk.PAYLOAD_OFFSET, LITTLE_ENDIAN);
        chunk.putLong(SnapshotChunk.INDEX_OFFSET, nextIndex++, LITTLE_ENDIAN);
        chunk.putInt(SnapshotChunk.CRC_OFFSET, checksum(kind, end), LITTLE_ENDIAN);
        writer.write(chunk, 0, end);
    }

    /** Of the chunk in {@link #chunk}, from the index to its end. */
    private int checksum(final short kind, final int end) {
        crc.reset();
        crc.update(kind);
        crc.update(bytes.duplicate().limit(end).position(SnapshotChunk.INDEX_OFFSET));
        return (int) crc.getValue();
    }

    // ------------------------------------------------------------------------------------------------ reading

    void read(final SnapshotReader reader) {
        while (lastKind != SnapshotChunk.END) {
            if (!reader.next(this::onChunk)) {
                throw new SnapshotException("snapshot ends after chunk " + (nextIndex - 1) + ", kind=" + lastKind
                        + " (expected: an END chunk)");
            }
        }
        shard.matching().endSnapshot();
    }

    private void onChunk(final DirectBuffer buffer, final int offset, final int length) {
        if (length < SnapshotChunk.PAYLOAD_OFFSET || length > chunk.capacity()) {
            throw new SnapshotException("chunk " + nextIndex + ": length: " + length + " (expected: "
                    + SnapshotChunk.PAYLOAD_OFFSET + ".." + chunk.capacity() + ")");
        }
        chunk.putBytes(0, buffer, offset, length);
        expect("magic", chunk.getInt(SnapshotChunk.MAGIC_OFFSET, LITTLE_ENDIAN), SnapshotChunk.MAGIC);
        expect("version", chunk.getShort(SnapshotChunk.VERSION_OFFSET, LITTLE_ENDIAN), SnapshotChunk.VERSION);
        expect("index", chunk.getLong(SnapshotChunk.INDEX_OFFSET, LITTLE_ENDIAN), nextIndex);
        expect("payload length", chunk.getInt(SnapshotChunk.LENGTH_OFFSET, LITTLE_ENDIAN), length - SnapshotChunk.PAYLOAD_OFFSET);
        final short kind = chunk.getShort(SnapshotChunk.KIND_OFFSET, LITTLE_ENDIAN);
        expect("crc32c", chunk.getInt(SnapshotChunk.CRC_OFFSET, LITTLE_ENDIAN), checksum(kind, length));
        if (SnapshotChunk.order(kind) < SnapshotChunk.order(lastKind) || lastKind == 0 && kind != SnapshotChunk.BEGIN) {
            throw new SnapshotException("chunk " + nextIndex + ": kind: " + kind + " (expected: not before " + lastKind + ")");
        }
        apply(kind, length);
        lastKind = kind;
        nextIndex++;
    }

    private void apply(final short kind, final int length) {
        final int payload = SnapshotChunk.PAYLOAD_OFFSET;
        switch (kind) {
            case SnapshotChunk.BEGIN -> applyBegin(length);
            case SnapshotChunk.ACCOUNTS -> applySequences(shard.accounts(), length);
            case SnapshotChunk.INSTRUMENT -> shard.registry().add(InstrumentRecord.read(chunk, payload));
            case SnapshotChunk.RPT_SEQS -> applySequences(shard.instruments(), length);
            case SnapshotChunk.SESSIONS -> shard.sessions().restoreRecord(chunk, payload);
            case SnapshotChunk.OUTCOMES -> shard.sessions().outcomes(chunk.getInt(payload, LITTLE_ENDIAN)).putBytes(
                    chunk.getInt(payload + 4, LITTLE_ENDIAN), chunk, payload + OUTCOME_HEAD_LENGTH,
                    length - payload - OUTCOME_HEAD_LENGTH);
            case SnapshotChunk.MATCHER -> shard.matching().readSnapshotChunk(chunk, payload, length - payload);
            case SnapshotChunk.RIGHTS -> applyRights();
            case SnapshotChunk.END -> expect("chunks", chunk.getLong(payload, LITTLE_ENDIAN), nextIndex);
            default -> throw new SnapshotException("chunk " + nextIndex + ": kind: " + kind + " (expected: 1..9)");
        }
    }

    private void applyBegin(final int end) {
        final int at = SnapshotChunk.PAYLOAD_OFFSET;
        expect("shard", chunk.getLong(at, LITTLE_ENDIAN), shard.config().shard());
        expect("maxFragmentBytes", chunk.getLong(at + 8, LITTLE_ENDIAN), shard.config().maxFragmentBytes());
        shard.fragment().restoreLastEventSeq(chunk.getLong(at + 16, LITTLE_ENDIAN));
        shard.fragment().venueEpoch(chunk.getLong(at + 24, LITTLE_ENDIAN));
        shard.publisher().restoreLastFeedSeq(chunk.getLong(at + 32, LITTLE_ENDIAN));
        shard.restoreClock(chunk.getLong(at + 40, LITTLE_ENDIAN), chunk.getLong(at + 48, LITTLE_ENDIAN),
                chunk.getLong(at + 56, LITTLE_ENDIAN) != 0);
        for (int change = at + 64; change < end; change += SEQUENCE_LENGTH * 2) {
            shard.schedule().restore(chunk.getLong(change, LITTLE_ENDIAN), chunk.getLong(change + 8, LITTLE_ENDIAN),
                    chunk.getLong(change + 16, LITTLE_ENDIAN), chunk.getLong(change + 24, LITTLE_ENDIAN));
        }
    }

    private void applyRights() {
        final int at = SnapshotChunk.PAYLOAD_OFFSET;
        final long count = chunk.getLong(at + 16, LITTLE_ENDIAN);
        final int[] instruments = count < 0 ? null : new int[(int) count];
        for (int i = 0; i < count; i++) {
            instruments[i] = (int) chunk.getLong(at + 24 + i * Long.BYTES, LITTLE_ENDIAN);
        }
        shard.rights().set((int) chunk.getLong(at, LITTLE_ENDIAN), new AccountRights.Rights((int) chunk.getLong(at + 8, LITTLE_ENDIAN), instruments));
    }

    private void applySequences(final SequenceTable table, final int end) {
        for (int at = SnapshotChunk.PAYLOAD_OFFSET; at < end; at += SEQUENCE_LENGTH) {
            table.restore(chunk.getInt(at, LITTLE_ENDIAN), chunk.getLong(at + 8, LITTLE_ENDIAN));
        }
    }

    private void expect(final String name, final long value, final long expected) {
        if (value != expected) {
            throw new SnapshotException("chunk " + nextIndex + ": " + name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Gives its memory back. */
    @Override
    public void close() {
        BufferUtil.free(bytes);
    }
}
