package bourse.engine.shard;

import bourse.engine.events.SequenceTable;
import bourse.engine.events.SessionEventPublisher;
import bourse.engine.match.AccountPort;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.SetAccountLimitsDecoder;
import bourse.sbe.engine.SetKillSwitchDecoder;
import bourse.sbe.engine.TransferAssetDecoder;

/**
 * Limits, balances and the kill switch of accounts. Refused as UNSUPPORTED_COMBINATION where the matcher keeps none. Cold. Thread: engine.
 */
final class AccountAdapter {
    private final SequenceTable accounts;
    private final SessionEventPublisher answers;
    private final MatchingState matching;
    private final AccountPort port;

    AccountAdapter(final SequenceTable accounts, final SessionEventPublisher answers, final MatchingState matching) {
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
