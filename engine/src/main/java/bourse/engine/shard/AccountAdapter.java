package bourse.engine.shard;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;

import bourse.engine.events.SequenceTable;
import bourse.engine.events.SessionEventPublisher;
import bourse.engine.match.AccountPort;
import bourse.engine.match.InstrumentSpec;
import bourse.sbe.engine.AccountQueryDecoder;
import bourse.sbe.engine.CancelOrdersDecoder;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.GroupSizeEncodingDecoder;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.SetAccountLimitsDecoder;
import bourse.sbe.engine.SetAccountRightsDecoder;
import bourse.sbe.engine.SetKillSwitchDecoder;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TransferAssetDecoder;

import org.agrona.DirectBuffer;

/**
 * Limits, balances, rights and the kill switch of accounts. Refused as UNSUPPORTED_COMBINATION where the matcher keeps none. Cold. Thread: engine.
 */
final class AccountAdapter {
    private static final int GROUP_HEADER_LENGTH = GroupSizeEncodingDecoder.ENCODED_LENGTH;

    private final SequenceTable accounts;
    private final SessionEventPublisher answers;
    private final MatchingState matching;
    private final AccountPort port;
    private final AccountRights rights;
    private final InstrumentRegistry registry;

    AccountAdapter(final SequenceTable accounts, final SessionEventPublisher answers, final MatchingState matching,
                   final AccountRights rights, final InstrumentRegistry registry) {
        this.rights = rights;
        this.registry = registry;
        this.accounts = accounts;
        this.answers = answers;
        this.matching = matching;
        this.port = matching.matcher() instanceof AccountPort accountPort ? accountPort : null;
    }

    boolean onSetLimits(final SetAccountLimitsDecoder command) {
        final int account = (int) command.account();
        int reason = refusal(account);
        if (reason == 0) {
            reason = port.setLimits(account, (int) command.firm(), command.maxOrderQuantity(), command.maxOrderNotional(),
                    command.maxPosition(), command.maxOpenOrders(), command.maxOrdersPerSecond());
        }
        return answer(command.correlationId(), 0, account, reason, Field.ACCOUNT);
    }

    boolean onTransfer(final TransferAssetDecoder command) {
        final int account = (int) command.account();
        final String asset = AdminAdapter.text(command.asset());
        int reason = refusal(account);
        long balance = 0;
        if (reason == 0 && !isAsset(asset)) {
            reason = RejectReason.MALFORMED.value();
        }
        if (reason == 0) {
            final long packed = AccountPort.asset(asset);
            reason = port.transfer(account, packed, command.amount());
            balance = port.balance(account, packed);
        }
        return answer(command.correlationId(), balance, account, reason, Field.BALANCE);
    }

    boolean onSetKillSwitch(final SetKillSwitchDecoder command) {
        final int account = (int) command.account();
        int reason = refusal(account);
        final long before = matching.orderCount();
        if (reason == 0) {
            reason = port.setKillSwitch(account, command.on() != 0);
        }
        return answer(command.correlationId(), before - matching.orderCount(), account, reason, Field.ACCOUNT);
    }

    /** {@code end} is that of the message; false when the group does not fit. */
    boolean onSetRights(final SetAccountRightsDecoder command, final DirectBuffer buffer, final int groupAt, final int end) {
        final int account = (int) command.account();
        if (groupAt + GROUP_HEADER_LENGTH > end) {
            return false;
        }
        final int stride = buffer.getShort(groupAt, LITTLE_ENDIAN) & 0xFFFF;
        final int count = buffer.getShort(groupAt + 2, LITTLE_ENDIAN) & 0xFFFF;
        if (count > 0 && stride < SetAccountRightsDecoder.InstrumentsDecoder.sbeBlockLength() || groupAt + GROUP_HEADER_LENGTH + stride * count > end) {
            return false;
        }
        final int[] instruments = command.allInstruments() != 0 ? null : new int[count];
        for (int i = 0; instruments != null && i < count; i++) {
            instruments[i] = buffer.getInt(groupAt + GROUP_HEADER_LENGTH + i * stride, LITTLE_ENDIAN);
        }
        int reason = account <= 0 || (command.actions() & ~(AccountRights.ADD_RISK | AccountRights.TAKE_RISK)) != 0
            ? RejectReason.MALFORMED.value() : RejectReason.NONE.value();
        if (reason == 0 && accounts.slotOrAdd(account) == SequenceTable.MISSING) {
            reason = RejectReason.CAPACITY.value();
        }
        final long before = matching.orderCount();
        if (reason == 0) {
            if (instruments != null) {
                Arrays.sort(instruments);
            }
            final AccountRights.Rights given = new AccountRights.Rights(command.actions(), instruments);
            rights.set(account, given);
            cancelElsewhere(account, given);
        }
        return answer(command.correlationId(), before - matching.orderCount(), account, reason, Field.ACCOUNT);
    }

    /** A replacement names no instrument: without orders there is none to add risk to where the account may not trade any more. */
    private void cancelElsewhere(final int account, final AccountRights.Rights given) {
        for (final InstrumentSpec spec : registry.inOrder()) {
            if (!given.permitsInstrument(spec.instrumentId())) {
                matching.matcher().massCancel(account, spec.instrumentId(), Side.BOTH.value(), CancelReason.ADMIN.value());
            }
        }
    }

    /** One account after the other: what a cancellation sets in motion, a stop or a peg, happens before the next account's turn, unless trading is halted. */
    boolean onCancelOrders(final CancelOrdersDecoder command) {
        final int instrumentId = (int) command.instrumentId();
        final int side = command.sideRaw();
        final boolean isUnknown = instrumentId != 0 && registry.byId(instrumentId) == null;
        int reason = port == null ? RejectReason.UNSUPPORTED_COMBINATION.value() : RejectReason.NONE.value();
        Field field = Field.ACCOUNT;
        if (reason == 0 && (side > Side.BOTH.value() || isUnknown)) {
            reason = isUnknown ? RejectReason.UNKNOWN_INSTRUMENT.value() : RejectReason.MALFORMED.value();
            field = isUnknown ? Field.INSTRUMENT : Field.SIDE;
        }
        final long before = matching.orderCount();
        if (reason == 0) {
            final int[] all = command.account() == 0 ? accounts.keys() : new int[] {(int) command.account()};
            for (final int account : all) {
                if (port.openOrders(account) != 0) {
                    matching.matcher().massCancel(account, instrumentId, side, CancelReason.ADMIN.value());
                }
            }
        }
        return answer(command.correlationId(), before - matching.orderCount(), (int) command.account(), reason, field);
    }

    boolean onQuery(final AccountQueryDecoder query) {
        final int account = (int) query.account();
        if (port != null) {
            for (final long asset : port.assets()) {
                final long total = port.balance(account, asset);
                final long reserved = port.reserved(account, asset);
                if (total != 0 || reserved != 0) {
                    answers.onBalanceReport(query.correlationId(), account, asset, total, reserved);
                }
            }
        }
        final AccountRights.Rights given = rights.of(account);
        final int slot = accounts.slot(account);
        answers.onAccountReport(query.correlationId(), account, slot == SequenceTable.MISSING ? 0 : accounts.last(slot),
            port == null ? null : port.settings(account), given == null ? AccountRights.ADD_RISK | AccountRights.TAKE_RISK : given.actions(),
            given == null || given.instrumentIds() == null ? -1 : given.instrumentIds().length);
        return true;
    }

    private int refusal(final int account) {
        if (port == null) {
            return RejectReason.UNSUPPORTED_COMBINATION.value();
        }
        if (account <= 0) {
            return RejectReason.MALFORMED.value();
        }
        return accounts.slotOrAdd(account) == SequenceTable.MISSING ? RejectReason.CAPACITY.value() : RejectReason.NONE.value();
    }

    private boolean answer(final long correlationId, final long value, final int account, final int reason, final Field field) {
        answers.onAdminOutcome(correlationId, value, account, 0, reason, reason == 0 ? Field.NONE.value() : field.value());
        return true;
    }

    private static boolean isAsset(final String asset) {
        return !asset.isEmpty() && asset.chars().allMatch(c -> c > ' ' && c <= '~');
    }
}
