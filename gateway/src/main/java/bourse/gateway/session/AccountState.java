package bourse.gateway.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/** What the event stream says about one account, and who here listens to it. Thread: the agent. */
final class AccountState {
    /** Net and gross quantities of one instrument, in lots. */
    static final class Position {
        long bought;
        long sold;
    }

    final int account;
    final SequenceIndex index = new SequenceIndex();
    final AccountOrders orders = new AccountOrders();
    final Int2ObjectHashMap<Position> positions = new Int2ObjectHashMap<>();
    /** Streams that get this account's events. */
    final List<ClientStream> streams = new ArrayList<>();

    long lastAccountSeq;
    /** Unary calls whose outcomes are awaited. */
    int awaitedCalls;

    private final Long2ObjectHashMap<SessionState> sessions = new Long2ObjectHashMap<>();
    private SessionState lastSession;

    AccountState(final int account) {
        this.account = account;
    }

    void onEvent(final long accountSeq, final long eventSeq) {
        lastAccountSeq = accountSeq;
        index.add(accountSeq, eventSeq);
    }

    /** The session of this id, which is created when it was not heard of before. */
    SessionState session(final long sessionId) {
        final SessionState last = lastSession;
        return last != null && last.sessionId == sessionId ? last : sessionSlowPath(sessionId);
    }

    private SessionState sessionSlowPath(final long sessionId) {
        SessionState session = sessions.get(sessionId);
        if (session == null) {
            session = new SessionState(this, sessionId);
            sessions.put(sessionId, session);
        }
        lastSession = session;
        return session;
    }

    /** Sessions that were established at least once, so never forgotten by the engine. */
    int sessionCount() {
        return sessions.size();
    }

    boolean hasSession(final long sessionId) {
        return sessions.containsKey(sessionId);
    }

    void forEachSession(final Consumer<SessionState> action) {
        sessions.values().forEach(action);
    }

    Position position(final int instrumentId) {
        Position position = positions.get(instrumentId);
        if (position == null) {
            position = new Position();
            positions.put(instrumentId, position);
        }
        return position;
    }
}
