import bourse.order.v1.Authenticate;
import bourse.order.v1.Batch;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.Establish;
import bourse.order.v1.Event;
import bourse.order.v1.Heartbeat;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Terminate;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A session that loses nothing when its connection breaks; by ORDER_ENTRY.md. Keeps what was sent and not applied, and the number of the last
 * event read; {@link #connect} goes on from there. The listener gets every event of the account once, in order, on gRPC's thread; there, too, a newer
 * token is asked for when the one that the stream was opened with is about to end. After the keepalive without anything to send a heartbeat is sent; a venue
 * that says nothing for three such times is taken for lost.
 */
final class Session {
    private static final long PATIENCE_MS = 10_000;
    /** The venue takes 512 commands and 64 KiB in one batch. A command has at most 192 bytes, so this many always fit. */
    private static final int BATCH_COMMANDS = 256;

    /** Nothing was heard of the venue for three keepalives. */
    static final class Silence extends IllegalStateException {
        private static final long serialVersionUID = 1;

        Silence(final long milliseconds) {
            super("nothing was heard for " + milliseconds + " ms");
        }
    }

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

    private final OrderEntryGrpc.OrderEntryStub stub;
    private final long sessionId;
    private String token;
    private boolean authenticated;
    private final Consumer<Event> listener;
    private final Supplier<String> newToken;
    private final TreeMap<Long, Command> unapplied = new TreeMap<>();
    private Stream stream;
    private boolean established;
    private long nextClientSeq = 1;
    private long lastRead;
    private long present;
    private long applied;
    private Throwable failure;
    private final long keepaliveMs;

    Session(final OrderEntryGrpc.OrderEntryStub stub, final String token, final long sessionId, final Consumer<Event> listener,
            final Supplier<String> newToken, final long keepaliveMs) {
        this.stub = stub;
        this.token = token;
        this.sessionId = sessionId;
        this.listener = listener;
        this.newToken = newToken;
        this.keepaliveMs = keepaliveMs;
    }

    /** One connection; what an older one still says is not listened to. */
    private final class Stream implements ClientResponseObserver<ClientFrame, ServerFrame> {
        private ClientCallStreamObserver<ClientFrame> requests;
        private ScheduledFuture<?> signs;
        private long sentNs = System.nanoTime();
        private long heardNs = sentNs;

        @Override
        public void beforeStart(final ClientCallStreamObserver<ClientFrame> call) {
            requests = call;
        }

        void send(final ClientFrame.Builder frame) {
            requests.onNext(frame.build());
            sentNs = System.nanoTime();
        }

        /** Signs of life, ours and the venue's; every tenth of a keepalive. */
        private void lookAtSigns() {
            synchronized (Session.this) {
                final long now = System.nanoTime();
                if (stream != this) {
                    signs.cancel(false);
                } else if (now - heardNs >= TimeUnit.MILLISECONDS.toNanos(3 * keepaliveMs)) {
                    breakConnection();
                    failure = new Silence(3 * keepaliveMs);
                    Session.this.notifyAll();
                } else if (now - sentNs >= TimeUnit.MILLISECONDS.toNanos(keepaliveMs)) {
                    send(ClientFrame.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()));
                }
            }
        }

        @Override
        public void onNext(final ServerFrame frame) {
            synchronized (Session.this) {
                if (stream == this) {
                    heardNs = System.nanoTime();
                    read(frame);
                    Session.this.notifyAll();
                }
            }
        }

        @Override
        public void onError(final Throwable error) {
            synchronized (Session.this) {
                if (stream == this) {
                    signs.cancel(false);
                    failure = error;
                    Session.this.notifyAll();
                }
            }
        }

        @Override
        public void onCompleted() {
            synchronized (Session.this) {
                signs.cancel(false);
            }
        }
    }

    /** Opens a stream, resumes, and sends again what the venue has not applied. */
    synchronized void connect() throws InterruptedException {
        breakConnection();
        established = false;
        failure = null;
        stream = new Stream();
        Venue.with(stub, token).session(stream);
        stream.signs = clock.scheduleAtFixedRate(stream::lookAtSigns, keepaliveMs / 10, keepaliveMs / 10, TimeUnit.MILLISECONDS);
        stream.send(ClientFrame.newBuilder().setEstablish(Establish.newBuilder().setSessionId(sessionId).setNextAccountSeq(lastRead + 1)
            .setKeepaliveMs((int) keepaliveMs)));
        await(() -> established, "an EstablishAck");
        final List<Command> again = new ArrayList<>(unapplied.tailMap(nextClientSeq).values());
        unapplied.clear();
        send(again);
    }

    /** Sends commands, in batches; returns the number of the last. While the connection is broken they are kept for the next one. */
    synchronized long send(final List<Command> commands) {
        for (int begin = 0; begin < commands.size(); begin += BATCH_COMMANDS) {
            final List<Command> batch = commands.subList(begin, Math.min(begin + BATCH_COMMANDS, commands.size()));
            final long first = nextClientSeq;
            for (final Command command : batch) {
                unapplied.put(nextClientSeq++, command);
            }
            if (stream != null) {
                stream.send(ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(first).addAllCommands(batch)));
            }
        }
        return nextClientSeq - 1;
    }

    /** Waits until the command of that number, and so all before it, has been applied and its events were read. */
    synchronized void awaitApplied(final long clientSeq) throws InterruptedException {
        await(() -> applied >= clientSeq, "applied_client_seq " + clientSeq);
    }

    /** A newer token was taken. */
    synchronized boolean isAuthenticated() {
        return authenticated;
    }

    /** Drops the connection as a broken cable would. */
    synchronized void breakConnection() {
        if (stream != null) {
            final Stream broken = stream;
            stream = null;
            broken.signs.cancel(false);
            broken.requests.cancel("broken on purpose", null);
        }
    }

    synchronized void terminate() {
        stream.signs.cancel(false);
        stream.send(ClientFrame.newBuilder().setTerminate(Terminate.getDefaultInstance()));
        stream.requests.onCompleted();
    }

    private void await(final BooleanSupplier condition, final String what) throws InterruptedException {
        final long deadline = System.currentTimeMillis() + PATIENCE_MS;
        while (!condition.getAsBoolean()) {
            final long rest = deadline - System.currentTimeMillis();
            if (failure instanceof Silence silence) {
                throw silence;
            }
            if (failure != null || rest <= 0) {
                throw new IllegalStateException("waited for " + what + ", applied: " + applied, failure);
            }
            wait(rest);
        }
    }

    private void read(final ServerFrame frame) {
        if (frame.hasEstablishAck()) {
            established = true;
            nextClientSeq = frame.getEstablishAck().getNextClientSeq();
            // Up to here the events are the past, of commands that applied_client_seq may count already.
            present = frame.getEstablishAck().getLastAccountSeq();
        }
        if (frame.hasTokenExpiring()) {
            token = newToken.get();
            stream.send(ClientFrame.newBuilder().setAuthenticate(Authenticate.newBuilder().setToken(token)));
        }
        authenticated |= frame.hasAuthenticated();
        if (frame.hasOpenOrders()) {
            // The events before are no longer kept: a real program would take over the list.
            lastRead = frame.getOpenOrders().getAsOfSeq();
        }
        for (int i = 0; i < frame.getEventsCount(); i++) {
            final long accountSeq = frame.getFirstAccountSeq() + i;
            if (accountSeq > lastRead) {
                if (lastRead != 0 && accountSeq != lastRead + 1) {
                    failure = new IllegalStateException("hole: account_seq=" + accountSeq + ", last_read=" + lastRead);
                    return;
                }
                lastRead = accountSeq;
                listener.accept(frame.getEvents(i));
            }
        }
        if (frame.hasNotApplied()) {
            failure = new IllegalStateException("not applied: " + frame.getNotApplied());
        }
        if (lastRead >= present) {
            applied = Math.max(applied, frame.getAppliedClientSeq());
            unapplied.headMap(applied, true).clear();
        }
    }
}
