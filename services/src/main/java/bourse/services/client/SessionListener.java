package bourse.services.client;

import bourse.order.v1.DuplicateOutcome;
import bourse.order.v1.EstablishAck;
import bourse.order.v1.Event;
import bourse.order.v1.NotApplied;
import bourse.order.v1.OpenOrders;
import io.grpc.Status;

/**
 * What a session tells its owner. Called one at a time, in the venue's order, on the channel's thread: no call may block for long, and
 * none may wait for the session itself.
 */
public interface SessionListener {
    /** One event of the account, each exactly once and in order, across reconnections too. */
    void onEvent(long accountSeq, Event event);

    /** Everything of this session up to and including {@code clientSeq} has been applied; its events came before. */
    default void onApplied(final long clientSeq) {
    }

    /** A command that was sent again had been applied before: what became of it then. Its events come, or came, by number. */
    default void onDuplicate(final DuplicateOutcome outcome) {
    }

    /** The venue refused a suffix for now; the client sends it again by itself. */
    default void onNotApplied(final NotApplied refusal) {
    }

    /** The session stands. After the first time: it was resumed. */
    default void onEstablished(final EstablishAck ack) {
    }

    /** The connection is lost; the client tries again by itself. */
    default void onDisconnected(final Status status) {
    }

    /** Events below {@code firstAvailableSeq} are no longer kept and will not come; the open orders follow. */
    default void onSnapshotRequired(final long firstAvailableSeq) {
    }

    default void onOpenOrders(final OpenOrders orders) {
    }

    /** The gateway is about to go away; the client reconnects by itself. */
    default void onDraining(final long deadlineNs) {
    }

    /** The token ends soon: {@link SessionClient#authenticate} with a newer one, or the connection ends at {@code deadlineNs}. */
    default void onTokenExpiring(final long deadlineNs) {
    }

    /** The session has ended for good; nothing comes after this. */
    default void onEnded(final SessionException reason) {
    }
}
