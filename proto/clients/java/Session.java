import bourse.order.v1.Authenticate;
import bourse.order.v1.Batch;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.Establish;
import bourse.order.v1.Event;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Terminate;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A session that loses nothing when its connection breaks; by ORDER_ENTRY.md. Keeps what was sent and not applied, and the number of the last
 * event read; {@link #connect} goes on from there. The listener gets every event of the account once, in order, on gRPC's thread; there, too, a newer
 * token is asked for when the one that the stream was opened with is about to end.
 */
final class Session {
    private static final long PATIENCE_MS = 10_000;

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

    Session(final OrderEntryGrpc.OrderEntryStub stub, final String token, final long sessionId, final Consumer<Event> listener,
            final Supplier<String> newToken) {
        this.stub = stub;
        this.token = token;
        this.sessionId = sessionId;
        this.listener = listener;
        this.newToken = newToken;
    }

    /** One connection; what an older one still says is not listened to. */
    private final class Stream implements ClientResponseObserver<ClientFrame, ServerFrame> {
        private ClientCallStreamObserver<ClientFrame> requests;

        @Override
        public void beforeStart(final ClientCallStreamObserver<ClientFrame> call) {
            requests = call;
        }

        @Override
        public void onNext(final ServerFrame frame) {
            synchronized (Session.this) {
                if (stream == this) {
                    read(frame);
                    Session.this.notifyAll();
                }
            }
        }

        @Override
        public void onError(final Throwable error) {
            synchronized (Session.this) {
                if (stream == this) {
                    failure = error;
                    Session.this.notifyAll();
                }
            }
        }

        @Override
        public void onCompleted() {
        }
    }

    /** Opens a stream, resumes, and sends again what the venue has not applied. */
    synchronized void connect() throws InterruptedException {
        established = false;
        stream = new Stream();
        Venue.with(stub, token).session(stream);
        stream.requests.onNext(ClientFrame.newBuilder().setEstablish(Establish.newBuilder().setSessionId(sessionId).setNextAccountSeq(lastRead + 1)).build());
        await(() -> established, "an EstablishAck");
        final List<Command> again = new ArrayList<>(unapplied.tailMap(nextClientSeq).values());
        unapplied.clear();
        if (!again.isEmpty()) {
            send(again);
        }
    }

    /** Sends commands as one batch; returns the number of the last. */
    synchronized long send(final List<Command> commands) {
        final long first = nextClientSeq;
        for (final Command command : commands) {
            unapplied.put(nextClientSeq++, command);
        }
        stream.requests.onNext(ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(first).addAllCommands(commands)).build());
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
        final Stream broken = stream;
        stream = null;
        broken.requests.cancel("broken on purpose", null);
    }

    synchronized void terminate() {
        stream.requests.onNext(ClientFrame.newBuilder().setTerminate(Terminate.getDefaultInstance()).build());
        stream.requests.onCompleted();
    }

    private void await(final BooleanSupplier condition, final String what) throws InterruptedException {
        final long deadline = System.currentTimeMillis() + PATIENCE_MS;
        while (!condition.getAsBoolean()) {
            final long rest = deadline - System.currentTimeMillis();
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
            stream.requests.onNext(ClientFrame.newBuilder().setAuthenticate(Authenticate.newBuilder().setToken(token)).build());
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
