package bourse.services.telemetry;

import bourse.engine.log.LogControl;
import bourse.engine.log.LogListener;
import bourse.engine.log.LogRole;
import bourse.engine.log.SnapshotReader;
import bourse.engine.log.SnapshotWriter;
import bourse.sbe.engine.CommandBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemEpochNanoClock;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * Between log and state machine: notes when a batch that a gateway sampled was applied. The state machine itself knows no clock. Only there where traces
 * are on; a batch that is not sampled costs one comparison. Thread: the log's service thread.
 */
public final class TracedListener implements LogListener {
    private static final int INGRESS_TIME = MessageHeaderDecoder.ENCODED_LENGTH + CommandBatchDecoder.ingressTimeNsEncodingOffset();

    private final LogListener listener;
    private final OrderTraces traces;

    public TracedListener(final LogListener listener, final OrderTraces traces) {
        this.listener = listener;
        this.traces = traces;
    }

    @Override
    public void onCommand(final long position, final long logTimeNs, final DirectBuffer buffer, final int offset, final int length) {
        final long receivedNs = length >= MessageHeaderDecoder.ENCODED_LENGTH + CommandBatchDecoder.BLOCK_LENGTH
            && (buffer.getShort(offset + 2, LITTLE_ENDIAN) & 0xFFFF) == CommandBatchDecoder.TEMPLATE_ID ? buffer.getLong(offset + INGRESS_TIME, LITTLE_ENDIAN) : 0;
        if (receivedNs == 0) {
            listener.onCommand(position, logTimeNs, buffer, offset, length);
            return;
        }
        final long fromNs = SystemEpochNanoClock.INSTANCE.nanoTime();
        listener.onCommand(position, logTimeNs, buffer, offset, length);
        final int block = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        traces.take(new OrderTraces.EngineTrace(buffer.getInt(block + CommandBatchDecoder.accountEncodingOffset(), LITTLE_ENDIAN),
            buffer.getLong(block + CommandBatchDecoder.sessionIdEncodingOffset(), LITTLE_ENDIAN),
            buffer.getLong(block + CommandBatchDecoder.firstClientSeqEncodingOffset(), LITTLE_ENDIAN), receivedNs, fromNs,
            SystemEpochNanoClock.INSTANCE.nanoTime(), position));
    }

    @Override
    public void onRestore(final SnapshotReader snapshot) {
        listener.onRestore(snapshot);
    }

    @Override
    public void onStart(final LogControl control) {
        listener.onStart(control);
    }

    @Override
    public long lastEventSeq() {
        return listener.lastEventSeq();
    }

    @Override
    public long fingerprint() {
        return listener.fingerprint();
    }

    @Override
    public void onTimer(final long position, final long logTimeNs, final long timerId) {
        listener.onTimer(position, logTimeNs, timerId);
    }

    @Override
    public void onTakeSnapshot(final SnapshotWriter snapshot) {
        listener.onTakeSnapshot(snapshot);
    }

    @Override
    public void onRole(final LogRole role) {
        listener.onRole(role);
    }

    @Override
    public void onStop() {
        listener.onStop();
    }
}
