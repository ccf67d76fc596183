package bourse.gateway.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.agrona.concurrent.UnsafeBuffer;

import bourse.gateway.refusal.RichStatus;
import bourse.order.v1.Balance;
import bourse.order.v1.GetAccountResponse;
import bourse.sbe.engine.AccountQueryEncoder;
import bourse.sbe.engine.AccountReportDecoder;
import bourse.sbe.engine.AdminOutcomeDecoder;
import bourse.sbe.engine.BalanceReportDecoder;
import bourse.sbe.engine.MessageHeaderEncoder;

/**
 * What the engine has of an account: asked through the log, because balances and what orders hold of them are its own business and stand in no
 * event. Joined with what the gateway folds (positions, open orders) at the very event that answers. Any thread; answers on the agent's.
 */
public final class AccountQueries {
    private static final int CODE_LENGTH = 8;

    private final GatewayAgent agent;

    public AccountQueries(final GatewayAgent agent) {
        this.agent = agent;
    }

    /**
     * Asks.
     *
     * @param answer gets the account, and the engine's report, which is valid during the call
     * @return false when too many wait
     */
    public boolean ask(final int account, final BiConsumer<GetAccountResponse, AccountReportDecoder> answer, final Consumer<RichStatus> refusal) {
        final long correlationId = agent.nextCorrelationId();
        final byte[] message = new byte[MessageHeaderEncoder.ENCODED_LENGTH + AccountQueryEncoder.BLOCK_LENGTH];
        new AccountQueryEncoder().wrapAndApplyHeader(new UnsafeBuffer(message), 0, new MessageHeaderEncoder())
            .correlationId(correlationId).account(account & 0xFFFF_FFFFL).reserved1(0);
        return agent.submitAdmin(correlationId, message, new AdminDesk.Reply() {
            private final List<Balance> balances = new ArrayList<>();

            @Override
            public void balance(final BalanceReportDecoder balance) {
                balances.add(Balance.newBuilder().setAsset(code(balance)).setTotal(balance.total()).setReserved(balance.reserved()).build());
            }

            @Override
            public void account(final AccountReportDecoder report) {
                balances.sort(Comparator.comparing(Balance::getAsset));
                answer.accept(GetAccountResponse.newBuilder().setShard(agent.shard()).setAccount(account).setOpenOrders(agent.openOrderCount(account))
                    .addAllPositions(agent.positions(account)).addAllBalances(balances).setAsOfSeq(agent.lastAccountSeq(account)).build(), report);
            }

            @Override
            public void outcome(final AdminOutcomeDecoder outcome, final long logPosition) {
                throw new IllegalStateException("a query was answered by an outcome, correlationId=" + correlationId);
            }

            @Override
            public void refused(final RichStatus status) {
                refusal.accept(status);
            }
        });
    }

    private static String code(final BalanceReportDecoder balance) {
        final byte[] bytes = new byte[CODE_LENGTH];
        balance.getAsset(bytes, 0);
        int length = 0;
        while (length < CODE_LENGTH && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
