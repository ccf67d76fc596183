package bourse.gateway.session;

import bourse.sbe.port.EventSource;
import org.agrona.DirectBuffer;

/** Which fragments of recorded events have any of one account. Thread: one at a time. */
final class AccountFragments implements EventSource.Wanted, EventWalk.Visitor {
    private final int account;
    private boolean isFound;

    AccountFragments(final int account) {
        this.account = account;
    }

    @Override
    public boolean wants(final DirectBuffer buffer, final int offset, final int length) {
        isFound = false;
        EventWalk.walk(buffer, offset, length, this);
        return isFound;
    }

    @Override
    public void onAccountEvent(final int templateId, final DirectBuffer buffer, final int at, final boolean maker, final int ofAccount,
                               final long accountSeq, final long sessionId, final long clientSeq, final long eventSeq, final long timeNs) {
        isFound |= ofAccount == account;
    }

    @Override
    public void onOtherEvent(final int templateId, final DirectBuffer buffer, final int at, final long eventSeq, final long timeNs) {
        // Not an account's.
    }
}
