package bourse.gateway.grpc;

import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import bourse.gateway.GatewayConfig;
import bourse.gateway.audit.AuditSink;
import bourse.gateway.auth.AuthInterceptor;
import bourse.gateway.auth.Authenticator;
import bourse.gateway.auth.CertificateDirectory;
import bourse.gateway.auth.Credential;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenDesk;
import bourse.gateway.egress.Outlet;
import bourse.gateway.ingress.CommandBatchWriter;
import bourse.gateway.ingress.GeneratedCommands;
import bourse.gateway.ingress.IngressRing;
import bourse.gateway.ingress.RateLimit;
import bourse.gateway.refusal.RichStatus;
import bourse.gateway.session.ClientStream;
import bourse.gateway.session.EngineLane;
import bourse.gateway.session.EngineLanes;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Establish;
import bourse.order.v1.NotApplied;
import bourse.order.v1.RejectReason;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.CloseReason;

import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * One order entry stream. A plain batch goes from the network's bytes to the ingress ring without an object; everything else is read by the
 * generated code. The client is asked for its next message only while ring, queue and the commands in flight have room. Hot path.
 * Thread: the event loop of the connection.
 */
final class SessionCall extends StreamCall {
    private static final int MAX_GRACE_MS = 60_000;
    private static final int MIN_KEEPALIVE_MS = 100;
    private static final int MAX_KEEPALIVE_MS = 600_000;
    private static final int OVERLOAD_RETRY_MS = 10;
    private static final int STORAGE_RETRY_MS = 1_000;
    private static final int RETRY_MS = 2;
    /** Heartbeats and the like in {@link #OTHER_FRAMES_NS}: one each {@link #MIN_KEEPALIVE_MS}, and as many others. */
    private static final int OTHER_FRAMES = 200;
    private static final long OTHER_FRAMES_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int OTHER_FRAMES_RETRY_MS = 1_000;

    private final GatewayConfig config;
    private final EngineLanes lanes;
    private final Authenticator authenticator;
    private final TokenDesk tokenDesk;
    private final CertificateDirectory.Entry certificate;
    private final AuditSink audit;
    private final int maxQueuedFrames;
    private final RateLimit rate;
    private final int traceOneIn;
    private IngressRing ring;
    private Credential credential;
    private int[] permittedInstruments;
    private boolean mayAddRisk;
    private long sessionId;
    private long nextClientSeq;
    private int otherFrames;
    private long otherFramesSinceNs;
    private boolean established;
    private boolean terminated;
    private boolean paused;
    /** A newer token is being checked; what the client sent after it waits. */
    private boolean authenticating;

    SessionCall(final long id, final ServerCall<InputStream, InputStream> call, final NetworkThread thread, final EngineLanes lanes,
                final GatewayConfig config, final Credential credential,
                final RateLimit rate, final CertificateDirectory.Entry certificate, final Authenticator authenticator, final TokenDesk tokenDesk,
                final AuditSink audit, final GatewayTelemetry telemetry) {
        super(id, Outlet.Kind.SESSION, call, thread, lanes.first(), config, credential, telemetry);
        this.config = config;
        this.lanes = lanes;
        ring = lanes.first().ring();
        this.certificate = certificate;
        this.authenticator = authenticator;
        this.tokenDesk = tokenDesk;
        this.audit = audit;
        use(credential);
        maxQueuedFrames = config.outboundFrames() / 2;
        this.rate = rate;
        traceOneIn = config.traceOneIn();
        call.request(1);
        thread.loop.schedule(this::expectEstablish, config.establishTimeoutMs(), TimeUnit.MILLISECONDS);
    }

    @Override
    void goBy(final EngineLane lane) {
        super.goBy(lane);
        ring = lane.ring();
    }

    private void use(final Credential current) {
        credential = current;
        permittedInstruments = current.instrumentIds();
        mayAddRisk = current.may(Right.TRADE);
    }

    @Override
    public void onMessage(final InputStream message) {
        if (isClosed()) {
            return;
        }
        final long nowNs = agent.clock().nanoTime();
        stream.onInbound(nowNs);
        telemetry.framesIn.increment();
        final int length = thread.read(message);
        if (length == NetworkThread.TOO_LARGE) {
            refuseTooLarge();
            return;
        }
        final CommandBatchWriter batch = thread.batch;
        if (established && !terminated) {
            batch.begin(permittedInstruments);
            if (thread.decoder.decode(thread.bytes, length, batch)) {
                onBatch(batch, thread.decoder.firstClientSeq());
                requestNext();
                return;
            }
        }
        onMessageSlowPath(length);
        if (!isClosed() && !authenticating) {
            requestNext();
        }
    }

    private void onMessageSlowPath(final int length) {
        telemetry.generatedFrames.increment();
        final ClientFrame frame;
        try {
            frame = ClientFrame.parseFrom(ByteString.copyFrom(thread.bytes, 0, length));
        } catch (final InvalidProtocolBufferException e) {
            telemetry.malformed.increment();
            close(RichStatus.of(Status.Code.INVALID_ARGUMENT, RichStatus.MALFORMED_MESSAGE,
                "the message of " + length + " bytes is not a bourse.order.v1.ClientFrame: " + e.getMessage(),
                Map.of("message", "bourse.order.v1.ClientFrame", "bytes", Integer.toString(length))));
            return;
        }
        if (sessionId == 0) {
            onFirst(frame);
            return;
        }
        if (terminated) {
            return;
        }
        if (!frame.hasBatch() && isTooMany(agent.clock().nanoTime())) {
            close(RichStatus.retryLater(Status.Code.RESOURCE_EXHAUSTED, RichStatus.FRAME_RATE_LIMIT, "frames that are no batches: " + OTHER_FRAMES
                + " in less than ten seconds (expected: fewer, such as a heartbeat each keepalive_ms)", OTHER_FRAMES_RETRY_MS));
            return;
        }
        switch (frame.getFrameCase()) {
            case BATCH -> {
                final String problem = GeneratedCommands.problem(frame.getBatch());
                if (problem != null) {
                    invalid("batch.columns", problem);
                    return;
                }
                final CommandBatchWriter batch = thread.batch;
                batch.begin(permittedInstruments);
                GeneratedCommands.append(frame.getBatch(), batch);
                onBatch(batch, frame.getBatch().getFirstClientSeq());
            }
            case HEARTBEAT -> agent.echo(stream, frame.getHeartbeat().getClientTimeNs());
            case RETRANSMIT_REQUEST -> {
                final long from = frame.getRetransmitRequest().getFromAccountSeq();
                if (from == 0) {
                    invalid("retransmit_request.from_account_seq", "0 (expected: above 0)");
                } else if (!agent.retransmit(stream, from, frame.getRetransmitRequest().getCount() & 0xFFFF_FFFFL)) {
                    refuseOverloaded();
                }
            }
            case AUTHENTICATE -> authenticate(frame.getAuthenticate().getToken());
            case TERMINATE -> terminate(CloseReason.TERMINATED);
            case ESTABLISH -> close(RichStatus.of(Status.Code.FAILED_PRECONDITION, RichStatus.ALREADY_ESTABLISHED,
                "a second Establish in one stream: open another stream"));
            case FRAME_NOT_SET -> {
                // A frame of a later version, or an empty one: a sign of life.
            }
        }
    }

    /** Another frame that is no batch: each is decoded as generated code does, and may cost the agent far more than it costs the client. */
    private boolean isTooMany(final long nowNs) {
        if (nowNs - otherFramesSinceNs >= OTHER_FRAMES_NS) {
            otherFramesSinceNs = nowNs;
            otherFrames = 0;
        }
        return ++otherFrames >= OTHER_FRAMES;
    }

    /** A newer token for the same account: from the answer on the stream has its end and its rights. */
    private void authenticate(final String token) {
        authenticating = true;
        tokenDesk.ask(() -> authenticator.byToken(token, certificate), () -> false, thread.loop, (newer, refusal) -> {
            authenticating = false;
            if (!isClosed()) {
                onAuthenticated(newer, refusal == null ? problem(newer) : refusal);
            }
            if (!isClosed()) {
                requestNext();
            }
        });
    }

    private RichStatus problem(final Credential newer) {
        if (newer.account() != credential.account()) {
            return RichStatus.of(Status.Code.PERMISSION_DENIED, RichStatus.ACCOUNT_CHANGED, "authenticate.token: for account "
                + Integer.toUnsignedString(newer.account()) + " (expected: " + Integer.toUnsignedString(credential.account())
                + ", whose stream this is)");
        }
        if (!newer.may(Right.TRADE) && !newer.may(Right.CANCEL)) {
            return RichStatus.of(Status.Code.PERMISSION_DENIED, RichStatus.RIGHT_MISSING,
                "authenticate.token: rights " + newer.rights() + " (expected: trade or cancel)");
        }
        return null;
    }

    private void onAuthenticated(final Credential newer, final RichStatus refusal) {
        audit.record(new AuditSink.Entry("reauthenticate", credential.subject(), credential.account(),
            AuthInterceptor.addressOf(call.getAttributes()), refusal == null ? AuditSink.Entry.OK : refusal.reason(),
            Map.of("session", Long.toUnsignedString(sessionId))));
        if (refusal != null) {
            telemetry.auth.credentialsRefused.increment();
            close(refusal);
            return;
        }
        use(newer);
        telemetry.auth.reauthenticated.increment();
        stream.expiresAt(newer.expiresAtMillis());
        if (!agent.authenticated(stream, newer.expiresAtMillis())) {
            refuseOverloaded();
        }
    }

    // ------------------------------------------------------------------------------------------ batches

    private void onBatch(final CommandBatchWriter batch, final long firstClientSeq) {
        final int commandCount = batch.commandCount();
        if (commandCount == 0) {
            return;
        }
        if (firstClientSeq == 0 || Long.compareUnsigned(firstClientSeq, nextClientSeq) > 0) {
            notApplied(firstClientSeq, RejectReason.REJECT_REASON_SEQUENCE_GAP, 0, "first_client_seq: " + Long.toUnsignedString(firstClientSeq)
                + " (expected: " + Long.toUnsignedString(nextClientSeq) + ", or a repeated number below it)");
            return;
        }
        if (commandCount > WireLimits.MAX_BATCH_COMMANDS) {
            notApplied(firstClientSeq, RejectReason.REJECT_REASON_BATCH_TOO_LARGE, 0, "commands: " + commandCount + " (expected: 1.."
                + WireLimits.MAX_BATCH_COMMANDS + ")");
            return;
        }
        final int kept = batch.keptCommands();
        if (kept > 0) {
            if (batch.addsRisk() && !mayAddRisk) {
                notApplied(firstClientSeq, RejectReason.REJECT_REASON_NOT_PERMITTED, 0,
                    "rights: the token permits cancellations and reductions only (expected: trade)");
                return;
            }
            if (batch.addsRisk() && agent.refusesNewOrders()) {
                notApplied(firstClientSeq, RejectReason.REJECT_REASON_STORAGE_FULL, STORAGE_RETRY_MS,
                    "the venue's disk is nearly full: new orders wait, cancellations pass");
                return;
            }
            final long waitNs = batch.addsRisk() ? rate.take(kept, agent.clock().nanoTime()) : 0;
            if (waitNs > 0) {
                notApplied(firstClientSeq, RejectReason.REJECT_REASON_ORDER_RATE_LIMIT, (int) (waitNs / 1_000_000) + 1,
                    "more than " + config.commandsPerSecond() + " new orders a second; cancellations pass");
                return;
            }
            final int length = batch.finish(stream.id(), stream.account(), sessionId, stream.sessionEpoch(), firstClientSeq,
                traceOneIn == 0 ? 0 : thread.sample(traceOneIn));
            if (!ring.offer(batch, length)) {
                notApplied(firstClientSeq, RejectReason.REJECT_REASON_OVERLOADED, OVERLOAD_RETRY_MS,
                    "the venue is overloaded: new orders wait, cancellations pass");
                return;
            }
            telemetry.batchesIn.increment();
            telemetry.commandsIn.add(kept);
            final long next = firstClientSeq + kept;
            if (next > nextClientSeq) {
                nextClientSeq = next;
            }
        }
        if (batch.isClosed()) {
            notApplied(firstClientSeq + kept, RejectReason.REJECT_REASON_NOT_PERMITTED, 0,
                "instrument_id: " + Integer.toUnsignedString(batch.refusedInstrumentId()) + " (the token does not permit it)");
        }
    }

    private void notApplied(final long fromClientSeq, final RejectReason reason, final int retryAfterMs, final String text) {
        final NotApplied refusal = NotApplied.newBuilder().setFromClientSeq(fromClientSeq).setReason(reason)
            .setExpectedClientSeq(nextClientSeq).setRetryAfterMs(retryAfterMs).setMessage(text).build();
        if (!agent.notApplied(stream, refusal)) {
            refuseOverloaded();
        }
    }

    // ------------------------------------------------------------------------------------------ credit

    private void requestNext() {
        if (mayRequest()) {
            call.request(1);
        } else {
            paused = true;
            stream.inboundPaused(true);
            // What made room in between found no pause to end.
            afterSend();
        }
    }

    private boolean mayRequest() {
        if (!established) {
            return false;
        }
        return !ring.isFilling() && nextClientSeq - 1 - stream.appliedClientSeq() < config.maxInFlightCommands()
            && stream.outlet().queuedFrames() < maxQueuedFrames;
    }

    @Override
    void afterSend() {
        if (!paused) {
            return;
        }
        if (!established && stream.isEstablished()) {
            established = true;
            nextClientSeq = stream.establishedClientSeq();
        }
        if (mayRequest()) {
            paused = false;
            stream.onInbound(agent.clock().nanoTime());
            stream.inboundPaused(false);
            call.request(1);
        }
    }

    // ------------------------------------------------------------------------------------------ begin and end

    /** A stream that never says who it is keeps a place from others. */
    private void expectEstablish() {
        if (sessionId == 0 && !isClosed()) {
            close(RichStatus.of(Status.Code.FAILED_PRECONDITION, RichStatus.NOT_ESTABLISHED,
                "no Establish within " + config.establishTimeoutMs() + " ms of the start of the stream"));
        }
    }

    private void onFirst(final ClientFrame frame) {
        if (frame.getFrameCase() != ClientFrame.FrameCase.ESTABLISH) {
            close(RichStatus.of(Status.Code.FAILED_PRECONDITION, RichStatus.NOT_ESTABLISHED,
                "the first frame: " + frame.getFrameCase() + " (expected: ESTABLISH)"));
            return;
        }
        final Establish establish = frame.getEstablish();
        final EngineLane lane = lanes.find(establish.getShard());
        if (lane == null) {
            invalid("establish.shard", lanes.problem(establish.getShard()));
            return;
        }
        if (!isValid(establish)) {
            return;
        }
        goBy(lane);
        if (!agent.isReady()) {
            close(lanes.notReady(lane, config.establishTimeoutMs() / 10));
            return;
        }
        sessionId = establish.getSessionId();
        final int keepaliveMs = establish.getKeepaliveMs() == 0 ? config.keepaliveMs() : establish.getKeepaliveMs();
        final ClientStream.Terms terms = new ClientStream.Terms(sessionId, establish.getEpoch(), establish.getNextAccountSeq(),
            cancelOnDisconnect(establish.getCancelOnDisconnectValue()), establish.getGraceMs() * 1_000_000L, keepaliveMs * 1_000_000L,
            establish.getEventColumns());
        if (agent.establish(stream, terms)) {
            audit.record(new AuditSink.Entry("login", credential.subject(), credential.account(), AuthInterceptor.addressOf(call.getAttributes()),
                AuditSink.Entry.OK, Map.of("session", Long.toUnsignedString(sessionId), "stream", Long.toString(stream.id()), "shard", Integer.toString(lane.shard()))));
            registered();
        } else {
            refuseOverloaded();
        }
    }

    private boolean isValid(final Establish establish) {
        if (establish.getSessionId() <= 0) {
            return invalid("establish.session_id", Long.toUnsignedString(establish.getSessionId()) + " (expected: 1.." + Long.MAX_VALUE + ")");
        }
        if (establish.getGraceMs() < 0 || establish.getGraceMs() > MAX_GRACE_MS) {
            return invalid("establish.grace_ms", Integer.toUnsignedString(establish.getGraceMs()) + " (expected: 0.." + MAX_GRACE_MS + ")");
        }
        final int keepaliveMs = establish.getKeepaliveMs();
        if (keepaliveMs != 0 && (keepaliveMs < MIN_KEEPALIVE_MS || keepaliveMs > MAX_KEEPALIVE_MS)) {
            return invalid("establish.keepalive_ms", Integer.toUnsignedString(keepaliveMs) + " (expected: 0 or " + MIN_KEEPALIVE_MS + ".."
                + MAX_KEEPALIVE_MS + ")");
        }
        if (establish.getNextAccountSeq() < 0) {
            return invalid("establish.next_account_seq", Long.toUnsignedString(establish.getNextAccountSeq()) + " (expected: below 2^63)");
        }
        if (cancelOnDisconnect(establish.getCancelOnDisconnectValue()) < 0) {
            return invalid("establish.cancel_on_disconnect", establish.getCancelOnDisconnectValue() + " (expected: 0..4)");
        }
        return true;
    }

    private boolean invalid(final String field, final String problem) {
        close(RichStatus.invalidField(field, problem));
        return false;
    }

    private static int cancelOnDisconnect(final int mode) {
        return switch (mode) {
            case 0, 1 -> 0;
            case 2 -> 1;
            case 3 -> 2;
            case 4 -> 3;
            default -> -1;
        };
    }

    private void terminate(final CloseReason reason) {
        terminated = true;
        if (!ring.offerTerminate(thread.scratch, stream.id(), reason) && !isClosed()) {
            thread.loop.schedule(() -> terminate(reason), RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * A client that closes its half without Terminate has nothing more to say: what it sent is still applied and reported, then the session
     * closes as if the connection had been lost, without grace.
     */
    @Override
    public void onHalfClose() {
        if (!established) {
            close(RichStatus.plain(Status.OK));
        } else if (!terminated) {
            terminate(CloseReason.DISCONNECTED);
        }
    }
}
