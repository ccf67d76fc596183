package bourse.gateway.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.agrona.DirectBuffer;

import com.google.protobuf.MessageLite;

import bourse.gateway.refusal.RichStatus;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.order.v1.NotApplied;
import bourse.order.v1.ServerFrame;

import io.grpc.Status;

/** Puts what the agent has for a stream into its outlet, and ends a stream whose outlet is full. Hot path. Thread: the agent. */
final class StreamDelivery {
    private static final long SLOW_READER_RETRY_MS = 100;

    private final List<ClientStream> dirty = new ArrayList<>();
    private final List<ClientStream> ended = new ArrayList<>();
    private final GatewayTelemetry telemetry;

    StreamDelivery(final GatewayTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    /** Appends an event of the account; the stream ends when there is no room. */
    void append(final ClientStream stream, final long accountSeq, final byte[] event, final int length) {
        if (!stream.outlet.append(accountSeq, event, length)) {
            cut(stream);
            return;
        }
        stream.nextAccountSeq = accountSeq + 1;
        markDirty(stream);
    }

    /** Writes an event of the account straight into the stream's frame; the stream ends when there is no room. */
    void write(final ClientStream stream, final long accountSeq, final int templateId, final DirectBuffer buffer, final int at, final boolean maker,
               final long eventSeq, final long timeNs, final long sessionId, final long clientSeq) {
        if (!stream.outlet.write(accountSeq, templateId, buffer, at, maker, eventSeq, timeNs, sessionId, clientSeq)) {
            cut(stream);
            return;
        }
        stream.nextAccountSeq = accountSeq + 1;
        markDirty(stream);
    }

    void appendDuplicate(final ClientStream stream, final byte[] duplicate, final int length) {
        if (!stream.outlet.appendDuplicate(duplicate, length)) {
            cut(stream);
            return;
        }
        markDirty(stream);
    }

    /** Every command of the stream's session up to here has been applied. */
    void applied(final ClientStream stream, final long clientSeq) {
        stream.outlet.applied(clientSeq);
        markDirty(stream);
    }

    private void markDirty(final ClientStream stream) {
        if (!stream.dirty) {
            stream.dirty = true;
            dirty.add(stream);
        }
    }

    /** Sends a whole message; the stream ends when there is no room. */
    void send(final ClientStream stream, final MessageLite message, final long nowNs) {
        if (stream.phase == ClientStream.Phase.ENDED) {
            return;
        }
        stream.lastOutboundNs = nowNs;
        if (!stream.outlet.send(message)) {
            cut(stream);
        }
    }

    void notApplied(final ClientStream stream, final long fromClientSeq, final long expectedClientSeq, final int reason, final String message,
                    final long nowNs) {
        telemetry.notApplied.increment();
        final NotApplied refusal = NotApplied.newBuilder().setFromClientSeq(fromClientSeq).setReasonValue(reason)
            .setExpectedClientSeq(expectedClientSeq).setMessage(message).build();
        send(stream, ServerFrame.newBuilder().setAppliedClientSeq(stream.outlet.appliedClientSeq()).setNotApplied(refusal).build(), nowNs);
    }

    /** The client does not read. */
    void cut(final ClientStream stream) {
        if (stream.phase != ClientStream.Phase.ENDED) {
            telemetry.slowReaders.increment();
            stream.outlet.overflow();
            end(stream, RichStatus.of(Status.Code.RESOURCE_EXHAUSTED, RichStatus.SLOW_READER,
                "the client did not read its events: connect again and resume from account_seq " + stream.nextAccountSeq
                    + " or from the last one received", Map.of("next_account_seq", Long.toUnsignedString(stream.nextAccountSeq)),
                SLOW_READER_RETRY_MS));
        }
    }

    /** Ends the stream after what is queued for it; the account's events go to it no more. */
    void end(final ClientStream stream, final RichStatus status) {
        if (stream.phase == ClientStream.Phase.ENDED) {
            return;
        }
        stream.phase = ClientStream.Phase.ENDED;
        stream.closeCursor();
        stream.snapshot.clear();
        if (stream.accountState != null) {
            stream.accountState.streams.remove(stream);
        }
        if (stream.session != null) {
            if (stream.session.stream == stream) {
                stream.session.stream = null;
            }
            ended.add(stream);
        }
        stream.outlet.end(status);
    }

    /** Streams of sessions that ended since this was last emptied by the caller. */
    List<ClientStream> ended() {
        return ended;
    }

    /** End of a duty cycle. */
    int flush(final long nowNs) {
        int work = 0;
        for (int i = dirty.size() - 1; i >= 0; i--) {
            final ClientStream stream = dirty.get(i);
            // Before the network thread is woken, which decides by it whether to read more.
            stream.publishApplied(stream.outlet.appliedClientSeq());
            if (stream.phase == ClientStream.Phase.ENDED || !stream.outlet.flush()) {
                stream.dirty = false;
                final int last = dirty.size() - 1;
                dirty.set(i, dirty.get(last));
                dirty.remove(last);
                stream.lastOutboundNs = nowNs;
                work++;
            }
        }
        return work;
    }

}
