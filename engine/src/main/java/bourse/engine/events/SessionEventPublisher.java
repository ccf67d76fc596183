package bourse.engine.events;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import bourse.engine.match.AccountPort;
import bourse.sbe.engine.AccountReportEncoder;
import bourse.sbe.engine.AdminOutcomeEncoder;
import bourse.sbe.engine.BalanceReportEncoder;
import bourse.sbe.engine.BatchRefusedEncoder;
import bourse.sbe.engine.DuplicateOutcomeEncoder;
import bourse.sbe.engine.SessionClosedEncoder;
import bourse.sbe.engine.SessionEstablishedEncoder;
import bourse.sbe.engine.StateHashEncoder;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Events of sessions and of administration. They count in {@code event_seq}, but no account numbers them: they say what the numbers are.
 * Hot path. Thread: engine. Enumerated arguments are raw SBE numbers.
 */
public final class SessionEventPublisher {
    private final EventFragment fragment;
    private final UnsafeBuffer buffer;

    public SessionEventPublisher(final EventFragment fragment) {
        this.fragment = fragment;
        this.buffer = fragment.buffer();
    }

    /** The answer to a command that was applied before; {@code tooOld} = what became of it is not known any more. */
    public void onDuplicate(final int account, final long sessionId, final long clientSeq, final long originalAccountSeq,
                            final long orderId, final int outcomeTemplateId, final int reason, final boolean tooOld) {
        final int at = fragment.claim(DuplicateOutcomeEncoder.TEMPLATE_ID, DuplicateOutcomeEncoder.BLOCK_LENGTH);
        put64(at + DuplicateOutcomeEncoder.sessionIdEncodingOffset(), sessionId);
        put64(at + DuplicateOutcomeEncoder.clientSeqEncodingOffset(), clientSeq);
        put64(at + DuplicateOutcomeEncoder.originalAccountSeqEncodingOffset(), originalAccountSeq);
        put64(at + DuplicateOutcomeEncoder.orderIdEncodingOffset(), orderId);
        put32(at + DuplicateOutcomeEncoder.accountEncodingOffset(), account);
        buffer.putShort(at + DuplicateOutcomeEncoder.outcomeTemplateIdEncodingOffset(), (short) outcomeTemplateId, LITTLE_ENDIAN);
        put8(at + DuplicateOutcomeEncoder.reasonEncodingOffset(), reason);
        put8(at + DuplicateOutcomeEncoder.tooOldEncodingOffset(), tooOld ? 1 : 0);
    }

    /** A batch from {@code fromClientSeq} on consumed no numbers. */
    public void onBatchRefused(final int account, final long sessionId, final long epoch, final long fromClientSeq,
                               final long expectedClientSeq, final int reason) {
        final int at = fragment.claim(BatchRefusedEncoder.TEMPLATE_ID, BatchRefusedEncoder.BLOCK_LENGTH);
        put64(at + BatchRefusedEncoder.sessionIdEncodingOffset(), sessionId);
        put64(at + BatchRefusedEncoder.fromClientSeqEncodingOffset(), fromClientSeq);
        put64(at + BatchRefusedEncoder.expectedClientSeqEncodingOffset(), expectedClientSeq);
        put32(at + BatchRefusedEncoder.accountEncodingOffset(), account);
        put32(at + BatchRefusedEncoder.epochEncodingOffset(), (int) epoch);
        put8(at + BatchRefusedEncoder.reasonEncodingOffset(), reason);
    }

    /** The answer to {@code SessionEstablish}, refusals too. */
    public void onSessionEstablished(final int account, final long sessionId, final long correlationId, final long gatewayId,
                                     final long epoch, final long nextClientSeq, final long lastAccountSeq, final int reason) {
        final int at = fragment.claim(SessionEstablishedEncoder.TEMPLATE_ID, SessionEstablishedEncoder.BLOCK_LENGTH);
        put64(at + SessionEstablishedEncoder.sessionIdEncodingOffset(), sessionId);
        put64(at + SessionEstablishedEncoder.correlationIdEncodingOffset(), correlationId);
        put64(at + SessionEstablishedEncoder.gatewayIdEncodingOffset(), gatewayId);
        put64(at + SessionEstablishedEncoder.nextClientSeqEncodingOffset(), nextClientSeq);
        put64(at + SessionEstablishedEncoder.lastAccountSeqEncodingOffset(), lastAccountSeq);
        put32(at + SessionEstablishedEncoder.accountEncodingOffset(), account);
        put32(at + SessionEstablishedEncoder.epochEncodingOffset(), (int) epoch);
        put8(at + SessionEstablishedEncoder.reasonEncodingOffset(), reason);
    }

    public void onSessionClosed(final int account, final long sessionId, final long epoch, final int reason) {
        final int at = fragment.claim(SessionClosedEncoder.TEMPLATE_ID, SessionClosedEncoder.BLOCK_LENGTH);
        put64(at + SessionClosedEncoder.sessionIdEncodingOffset(), sessionId);
        put32(at + SessionClosedEncoder.accountEncodingOffset(), account);
        put32(at + SessionClosedEncoder.epochEncodingOffset(), (int) epoch);
        put8(at + SessionClosedEncoder.reasonEncodingOffset(), reason);
    }

    /** The answer to an administrator's command. */
    public void onAdminOutcome(final long correlationId, final long value, final int account, final int instrumentId, final int reason,
                               final int field) {
        final int at = fragment.claim(AdminOutcomeEncoder.TEMPLATE_ID, AdminOutcomeEncoder.BLOCK_LENGTH);
        put64(at + AdminOutcomeEncoder.correlationIdEncodingOffset(), correlationId);
        put64(at + AdminOutcomeEncoder.valueEncodingOffset(), value);
        put32(at + AdminOutcomeEncoder.accountEncodingOffset(), account);
        put32(at + AdminOutcomeEncoder.instrumentIdEncodingOffset(), instrumentId);
        put8(at + AdminOutcomeEncoder.reasonEncodingOffset(), reason);
        put8(at + AdminOutcomeEncoder.fieldEncodingOffset(), field);
    }

    public void onStateHash(final long correlationId, final long bookHash, final long stateHash, final long orders) {
        final int at = fragment.claim(StateHashEncoder.TEMPLATE_ID, StateHashEncoder.BLOCK_LENGTH);
        put64(at + StateHashEncoder.correlationIdEncodingOffset(), correlationId);
        put64(at + StateHashEncoder.bookHashEncodingOffset(), bookHash);
        put64(at + StateHashEncoder.stateHashEncodingOffset(), stateHash);
        put64(at + StateHashEncoder.ordersEncodingOffset(), orders);
    }

    /** One balance of an account, part of the answer to a query. */
    public void onBalanceReport(final long correlationId, final int account, final long asset, final long total, final long reserved) {
        final int at = fragment.claim(BalanceReportEncoder.TEMPLATE_ID, BalanceReportEncoder.BLOCK_LENGTH);
        put64(at + BalanceReportEncoder.correlationIdEncodingOffset(), correlationId);
        put64(at + BalanceReportEncoder.assetEncodingOffset(), asset);
        put64(at + BalanceReportEncoder.totalEncodingOffset(), total);
        put64(at + BalanceReportEncoder.reservedEncodingOffset(), reserved);
        put32(at + BalanceReportEncoder.accountEncodingOffset(), account);
        put32(at + BalanceReportEncoder.reserved1EncodingOffset(), 0);
    }

    /**
     * The last part of the answer to a query.
     *
     * @param settings    null = the account was never named
     * @param instruments how many are permitted, -1 = all
     */
    public void onAccountReport(final long correlationId, final int account, final long lastAccountSeq, final AccountPort.Settings settings,
                                final int actions, final int instruments) {
        final int at = fragment.claim(AccountReportEncoder.TEMPLATE_ID, AccountReportEncoder.BLOCK_LENGTH);
        clear(at, at + AccountReportEncoder.BLOCK_LENGTH);
        final AccountReportEncoder encoder = new AccountReportEncoder().wrap(buffer, at);
        encoder.correlationId(correlationId).lastAccountSeq(lastAccountSeq).account(account & 0xFFFF_FFFFL).actions((short) actions)
                .allInstruments((short) (instruments < 0 ? 1 : 0)).instruments(Math.max(0, instruments));
        if (settings != null) {
            encoder.maxOrderQuantity(settings.maxOrderQuantity()).maxOrderNotional(settings.maxOrderNotional()).maxPosition(settings.maxPosition())
                    .maxOpenOrders(settings.maxOpenOrders()).maxOrdersPerSecond(settings.maxOrdersPerSecond())
                    .firm(settings.firm() & 0xFFFF_FFFFL).killed((short) (settings.isKilled() ? 1 : 0));
        }
    }

    private void put64(final int at, final long value) {
        buffer.putLong(at, value, LITTLE_ENDIAN);
    }

    private void put32(final int at, final int value) {
        buffer.putInt(at, value, LITTLE_ENDIAN);
    }

    private void put8(final int at, final int value) {
        buffer.putByte(at, (byte) value);
    }

    private void clear(final int from, final int to) {
        buffer.setMemory(from, to - from, (byte) 0);
    }
}
