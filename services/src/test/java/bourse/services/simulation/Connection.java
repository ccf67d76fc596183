package bourse.services.simulation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

import bourse.order.v1.ServerFrame;

import com.google.protobuf.InvalidProtocolBufferException;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * One stream between a client and a gateway: in order, with delays, with as much credit as both give, until it ends, breaks or falls silent. To the
 * gateway it is a gRPC call.
 */
final class Connection extends ServerCall<InputStream, InputStream> {
    /** Small: a client that stops reading is felt soon. */
    private static final int READY_BYTES = 2 * 1024;
    private static final long NOTICE_NS = 30 * Timeline.MS;

    private final SimulatedVenue venue;
    private final GatewayLife gateway;
    private final SimulatedClient client;
    private final Deque<byte[]> toGateway = new ArrayDeque<>();
    private final Deque<byte[]> toClient = new ArrayDeque<>();
    private Listener<InputStream> listener;
    private int requested;
    private int inFlightBytes;
    private long lastToGatewayNs;
    private long lastToClientNs;
    private long stalledUntilNs;
    private boolean isSilent;
    private boolean isClosedByGateway;
    private boolean isGone;
    private boolean isBroken;
    private boolean isPumping;

    Connection(final SimulatedVenue venue, final GatewayLife gateway, final SimulatedClient client) {
        this.venue = venue;
        this.gateway = gateway;
        this.client = client;
    }

    void listener(final Listener<InputStream> ofGateway) {
        listener = ofGateway;
    }

    /** Events are gone where it leads. */
    boolean isPruned() {
        return gateway.isPruned();
    }

    boolean leadsTo(final GatewayLife other) {
        return gateway == other;
    }

    // ------------------------------------------------------------------------------------------------ the client's side

    void send(final byte[] frame) {
        if (isBroken || isSilent) {
            return;
        }
        lastToGatewayNs = Math.max(lastToGatewayNs, venue.time.nowNs() + venue.network.delayNs());
        venue.time.at(lastToGatewayNs, () -> {
            if (!isBroken && !isGone) {
                toGateway.add(frame);
                pump();
            }
        });
    }

    /** Both sides learn of it after a while. */
    void breakOff(final boolean tellsClient) {
        if (isBroken) {
            return;
        }
        isBroken = true;
        toGateway.clear();
        venue.time.after(venue.network.delayNs(), this::gone);
        if (tellsClient) {
            venue.time.after(venue.random.nextLong(NOTICE_NS), () -> client.onClosed(this, Status.UNAVAILABLE));
        }
    }

    /** Nothing arrives any more, and nobody is told. */
    void silence() {
        isSilent = true;
    }

    void stall(final long untilNs) {
        stalledUntilNs = Math.max(stalledUntilNs, untilNs);
        venue.time.at(stalledUntilNs, this::deliver);
    }

    private void deliver() {
        while (!toClient.isEmpty() && venue.time.nowNs() >= stalledUntilNs && !isBroken && !isSilent) {
            final byte[] bytes = toClient.poll();
            final boolean wasReady = isReady();
            inFlightBytes -= bytes.length;
            if (bytes.length == 0) {
                isBroken = true;
                client.onClosed(this, Status.ABORTED);
                return;
            }
            client.onFrame(this, parse(bytes));
            if (!wasReady && isReady() && !isGone && gateway.isUp()) {
                listener.onReady();
                gateway.wake();
            }
        }
    }

    private static ServerFrame parse(final byte[] bytes) {
        try {
            return ServerFrame.parseFrom(bytes);
        } catch (final InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ------------------------------------------------------------------------------------------------ the gateway's side

    private void pump() {
        if (isPumping || listener == null) {
            return;
        }
        isPumping = true;
        while (requested > 0 && !toGateway.isEmpty() && !isClosedByGateway && gateway.isUp()) {
            requested--;
            listener.onMessage(new ByteArrayInputStream(toGateway.poll()));
            gateway.wake();
        }
        isPumping = false;
    }

    private void gone() {
        if (!isGone && gateway.isUp() && listener != null) {
            isGone = true;
            listener.onCancel();
            gateway.wake();
        }
    }

    @Override
    public void request(final int count) {
        requested += count;
        venue.time.after(0, this::pump);
    }

    @Override
    public void sendHeaders(final Metadata headers) {
        // nobody looks at them
    }

    @Override
    public void sendMessage(final InputStream message) {
        final byte[] bytes;
        try {
            bytes = message.readNBytes(message.available());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        inFlightBytes += bytes.length;
        toClientLater(bytes);
    }

    private void toClientLater(final byte[] bytes) {
        lastToClientNs = Math.max(lastToClientNs, venue.time.nowNs() + venue.network.delayNs());
        venue.time.at(lastToClientNs, () -> {
            toClient.add(bytes);
            deliver();
        });
    }

    @Override
    public boolean isReady() {
        return !isClosedByGateway && inFlightBytes < READY_BYTES;
    }

    @Override
    public void close(final Status status, final Metadata trailers) {
        if (!isClosedByGateway) {
            isClosedByGateway = true;
            venue.counters.closes.merge(status.getCode() + " " + status.getDescription(), 1, Integer::sum);
            toClientLater(new byte[0]);
            venue.time.after(venue.network.delayNs(), () -> {
                if (!isGone && gateway.isUp()) {
                    isGone = true;
                    listener.onComplete();
                    gateway.wake();
                }
            });
        }
    }

    @Override
    public boolean isCancelled() {
        return isGone;
    }

    @Override
    public MethodDescriptor<InputStream, InputStream> getMethodDescriptor() {
        throw new UnsupportedOperationException("the simulation has one method");
    }
}
