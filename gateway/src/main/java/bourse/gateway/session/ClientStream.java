package bourse.gateway.session;

import bourse.gateway.egress.Outlet;
import bourse.order.v1.OpenOrders;
import bourse.sbe.port.EventSource;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One stream of one client, an order entry session or a drop copy, as the agent and the network thread of its connection see it. Each
 * field says who writes it.
 */
public final class ClientStream {
    /** How far the agent has come with it. */
    enum Phase { WAITING, SNAPSHOT, REPLAYING, LIVE, ENDED }

    /**
     * What the client asked for.
     *
     * @param sessionId          0 for a drop copy
     * @param nextAccountSeq     0 = only what happens from now on
     * @param cancelOnDisconnect bit 0 = on disconnect, bit 1 = on terminate
     * @param eventColumns       it reads events in columns, too
     */
    public record Terms(long sessionId, int epoch, long nextAccountSeq, int cancelOnDisconnect, long graceNs, long keepaliveNs, boolean eventColumns) {
    }

    final long id;
    final int account;
    final Outlet outlet;

    // ---- written by the network thread
    private volatile long expiresAtMillis;
    private volatile long lastInboundNs;
    private volatile boolean inboundPaused;
    private volatile boolean disconnected;

    // ---- written by the agent, read by the network thread
    private volatile boolean established;
    private volatile int sessionEpoch;
    private volatile long establishedClientSeq;
    private volatile long appliedClientSeq;

    // ---- the agent's own
    Terms terms;
    Phase phase = Phase.WAITING;
    AccountState accountState;
    SessionState session;
    boolean dirty;
    boolean terminating;
    /** The client knows that its token ends at this time; 0 = has not been told. */
    long toldExpiryMillis;
    /** Next event that the client gets. */
    long nextAccountSeq;
    /** After a retransmission of [.., pauseAt) the client goes on at {@code resumeAt}. */
    long pauseAt = Long.MAX_VALUE;
    long resumeAt;
    EventSource.Cursor cursor;
    /** What has happened since the end of the past was near, or a snapshot was begun; null = nothing is kept. */
    KeptEvents kept;
    long waitingSinceNs;
    long lastOutboundNs;
    final Deque<OpenOrders> snapshot = new ArrayDeque<>();

    public ClientStream(final long id, final int account, final Outlet outlet, final long expiresAtMillis, final long nowNs) {
        lastInboundNs = nowNs;
        lastOutboundNs = nowNs;
        this.id = id;
        this.account = account;
        this.outlet = outlet;
        this.expiresAtMillis = expiresAtMillis;
    }

    public long id() {
        return id;
    }

    public int account() {
        return account;
    }

    public Outlet outlet() {
        return outlet;
    }

    /** End of the token that the stream goes on. */
    long expiresAtMillis() {
        return expiresAtMillis;
    }

    /** The client has shown a newer token. */
    public void expiresAt(final long millis) {
        expiresAtMillis = millis;
    }

    boolean isSession() {
        return terms.sessionId() != 0;
    }

    /** If it has one. Thread: the agent. */
    void closeCursor() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }

    // ------------------------------------------------------------------------------------------ between the two threads

    /** Something arrived from the client. */
    public void onInbound(final long nowNs) {
        lastInboundNs = nowNs;
    }

    long lastInboundNs() {
        return lastInboundNs;
    }

    /** The network thread asks the client for no more until there is room. */
    public void inboundPaused(final boolean paused) {
        inboundPaused = paused;
    }

    public boolean isInboundPaused() {
        return inboundPaused;
    }

    /** The connection is gone, the network thread touches nothing any more. */
    public void onDisconnected() {
        disconnected = true;
    }

    boolean isDisconnected() {
        return disconnected;
    }

    void establish(final int epoch, final long nextClientSeq) {
        sessionEpoch = epoch;
        establishedClientSeq = nextClientSeq;
        appliedClientSeq = nextClientSeq - 1;
        established = true;
    }

    public boolean isEstablished() {
        return established;
    }

    public int sessionEpoch() {
        return sessionEpoch;
    }

    /** What the engine expected next when the session was established. */
    public long establishedClientSeq() {
        return establishedClientSeq;
    }

    void publishApplied(final long clientSeq) {
        if (clientSeq != appliedClientSeq) {
            appliedClientSeq = clientSeq;
        }
    }

    /** Every command of the session up to here has been applied. */
    public long appliedClientSeq() {
        return appliedClientSeq;
    }
}
