package bourse.gateway.session;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;

import bourse.gateway.telemetry.BatchTrace;
import bourse.sbe.engine.CommandBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;

/**
 * Sampled batches on their way, {@value #PLACES} at a time: further ones go unseen. There is none of these where sampling is off, and a batch that is not
 * sampled costs one comparison. Thread: the agent.
 */
final class BatchTraces {
    private static final int PLACES = 64;
    private static final long FORGET_NS = 10_000_000_000L;

    private static final class Place {
        boolean used;
        boolean answered;
        int account;
        int commands;
        long sessionId;
        long firstClientSeq;
        long receivedNs;
        long offeredNs;
        long logTimeNs;
        long readNs;
        long logPosition;
        long eventSeq;
    }

    private final BatchTrace.Sink sink;
    private final EpochNanoClock clock = SystemEpochNanoClock.INSTANCE;
    private final Place[] places = new Place[PLACES];
    private int used;
    private int answered;

    BatchTraces(final BatchTrace.Sink sink) {
        this.sink = sink;
        for (int i = 0; i < PLACES; i++) {
            places[i] = new Place();
        }
    }

    /** The log has taken the message at {@code offset}, an SBE CommandBatch with header. */
    void offered(final DirectBuffer buffer, final int offset) {
        final int block = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final long receivedNs = buffer.getLong(block + CommandBatchDecoder.ingressTimeNsEncodingOffset(), LITTLE_ENDIAN);
        if (receivedNs != 0) {
            offeredSlowPath(buffer, block, receivedNs);
        }
    }

    private void offeredSlowPath(final DirectBuffer buffer, final int block, final long receivedNs) {
        final long nowNs = clock.nanoTime();
        for (final Place place : places) {
            if (place.used && nowNs - place.offeredNs > FORGET_NS) {
                free(place);
            }
            if (!place.used) {
                place.used = true;
                used++;
                place.account = buffer.getInt(block + CommandBatchDecoder.accountEncodingOffset(), LITTLE_ENDIAN);
                place.sessionId = buffer.getLong(block + CommandBatchDecoder.sessionIdEncodingOffset(), LITTLE_ENDIAN);
                place.firstClientSeq = buffer.getLong(block + CommandBatchDecoder.firstClientSeqEncodingOffset(), LITTLE_ENDIAN);
                place.commands = buffer.getShort(block + CommandBatchDecoder.BLOCK_LENGTH + 2, LITTLE_ENDIAN) & 0xFFFF;
                place.receivedNs = receivedNs;
                place.offeredNs = nowNs;
                return;
            }
        }
    }

    /** An event of a command has come. */
    void onEvent(final int account, final long sessionId, final long clientSeq, final long eventSeq, final long logTimeNs, final long logPosition) {
        if (used == answered) {
            return;
        }
        for (final Place place : places) {
            if (place.used && !place.answered && place.sessionId == sessionId && place.account == account && place.firstClientSeq == clientSeq) {
                place.answered = true;
                answered++;
                place.logTimeNs = logTimeNs;
                place.logPosition = logPosition;
                place.eventSeq = eventSeq;
                place.readNs = clock.nanoTime();
                return;
            }
        }
    }

    /** Everything that was read in this duty cycle has been handed to the network. */
    void flushed() {
        if (answered == 0) {
            return;
        }
        final long sentNs = clock.nanoTime();
        for (final Place place : places) {
            if (place.answered) {
                sink.take(new BatchTrace(place.account, place.sessionId, place.firstClientSeq, place.commands, place.receivedNs, place.offeredNs,
                    place.logTimeNs, place.readNs, sentNs, place.logPosition, place.eventSeq));
                free(place);
            }
        }
    }

    private void free(final Place place) {
        used--;
        answered -= place.answered ? 1 : 0;
        place.used = false;
        place.answered = false;
    }
}
