package bourse.services.node;

import bourse.sbe.engine.AdminOutcomeDecoder;
import bourse.sbe.engine.CommandBatchEncoder;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.DefineInstrumentEncoder;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.SessionEstablishEncoder;
import bourse.sbe.engine.SessionEstablishedDecoder;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradeDecoder;
import bourse.sbe.engine.TradingState;
import bourse.services.config.ConfigLoader;
import bourse.services.config.VenueConfig;
import bourse.services.telemetry.Health;
import bourse.services.transport.AeronCommandLog;
import bourse.services.transport.AeronEventSource;
import bourse.services.transport.ShardConnection;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Log, shard and book behind the ports that gateway and market data use. */
@Timeout(60)
class EngineNodeTest {
    @TempDir
    private Path dir;

    private final Health health = new Health();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64 * 1024]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final List<Integer> templates = new ArrayList<>();
    private long lastEventSeq;
    private EngineNode engine;
    private AgentThreads threads;
    private ShardConnection connection;
    private AeronCommandLog log;
    private AeronEventSource source;

    private VenueConfig config(final String layout) {
        return ConfigLoader.load(null, Map.of(), List.of("dataDir=" + dir.resolve("data"), "engine.layout=" + layout, "engine.maxOrders=1024",
            "engine.maxLevels=1024", "engine.maxFinishedIds=1024", "engine.ladderTicks=1024", "engine.maxInstruments=8", "engine.maxAccounts=64"));
    }

    private void start(final VenueConfig config) {
        engine = new EngineNode(config, health);
        threads = new AgentThreads(health, (reason, cause) -> { });
        if (engine.agent() != null) {
            threads.start(engine.agent());
        }
        connection = new ShardConnection(EngineNode.address(config), "test", Throwable::printStackTrace).open(null);
        log = new AeronCommandLog(connection);
        source = new AeronEventSource(connection);
        pollUntil(() -> log.isConnected() && engine.log().isLeader());
    }

    @AfterEach
    void stop() {
        CloseHelper.quietCloseAll(source, log, connection, threads, engine);
    }

    private void pollUntil(final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("leader=%s ready=%s role=%s connected=%s connections=%d live=%s caughtUp=%s last=%d %s",
                engine.log().isLeader(), engine.log().isReady(), engine.log().role(), log.isConnected(), log.connections(), source.isLive(),
                source.isCaughtUp(), lastEventSeq, templates).isLessThan(deadlineNs);
            log.poll();
            source.poll(this::onEvents, 10);
        }
    }

    private void onEvents(final DirectBuffer fragment, final int offset, final int length) {
        final MessageHeaderDecoder head = new MessageHeaderDecoder();
        final EventBatchDecoder batch = new EventBatchDecoder().wrapAndApplyHeader(fragment, offset, head);
        assertThat(batch.firstEventSeq()).isEqualTo(lastEventSeq + 1);
        int at = offset + MessageHeaderDecoder.ENCODED_LENGTH + EventBatchDecoder.BLOCK_LENGTH;
        for (int i = 0; i < batch.count(); i++) {
            head.wrap(fragment, at);
            templates.add(head.templateId());
            at += MessageHeaderDecoder.ENCODED_LENGTH + head.blockLength();
        }
        lastEventSeq += batch.count();
    }

    private void offer(final int length) {
        pollUntil(() -> log.offer(buffer, 0, length) > 0);
    }

    private void define() {
        final DefineInstrumentEncoder define = new DefineInstrumentEncoder().wrapAndApplyHeader(buffer, 0, header);
        define.correlationId(1).tickSize(1).lotSize(1).minPrice(1).maxPrice(10_000_000).maxQuantity(1000).maxNotional(0).priceBand(0)
            .referencePrice(0).marketProtection(0).symbol("X").baseAsset("X").quoteAsset("USD").instrumentId(1).makerFeeRate(0).takerFeeRate(0)
            .priceDecimals((short) 2).quantityDecimals((short) 0).riskChecked((short) 0).state(TradingState.CONTINUOUS);
        offer(MessageHeaderEncoder.ENCODED_LENGTH + define.encodedLength());
    }

    private void establish(final int account) {
        final SessionEstablishEncoder establish = new SessionEstablishEncoder().wrapAndApplyHeader(buffer, 0, header)
            .sessionId(account).correlationId(2).gatewayId(1).account(account).epoch(1).cancelOnDisconnect((short) 0);
        offer(MessageHeaderEncoder.ENCODED_LENGTH + establish.encodedLength());
    }

    private void order(final int account, final long clientSeq, final Side side) {
        final CommandBatchEncoder batch = new CommandBatchEncoder().wrapAndApplyHeader(buffer, 0, header)
            .sessionId(account).firstClientSeq(clientSeq).ingressTimeNs(0).account(account).epoch(1);
        batch.commandsCount(1).next().clientOrderId(clientSeq).orderId(0).price(100).quantity(5).instrumentId(1).kind(CommandKind.NEW).side(side)
            .orderType(OrderType.LIMIT).timeInForce(TimeInForce.GTC).selfTradePrevention(SelfTradePrevention.ALLOW).flags().clear();
        batch.extensionsCount(0);
        offer(MessageHeaderEncoder.ENCODED_LENGTH + batch.encodedLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {"one-thread", "ordinary"})
    void shouldTradeAndRememberAcrossRestarts(final String layout) {
        final VenueConfig config = config(layout);
        start(config);
        define();
        establish(1);
        establish(2);
        order(1, 1, Side.BUY);
        pollUntil(() -> templates.contains(OrderAcceptedDecoder.TEMPLATE_ID));
        assertThat(templates).contains(AdminOutcomeDecoder.TEMPLATE_ID, SessionEstablishedDecoder.TEMPLATE_ID);
        assertThat(engine.takeSnapshot()).isPositive();
        order(1, 2, Side.BUY);
        pollUntil(() -> templates.stream().filter(template -> template == OrderAcceptedDecoder.TEMPLATE_ID).count() == 2);
        final long seen = lastEventSeq;
        stop();

        lastEventSeq = 0;
        templates.clear();
        start(config);
        pollUntil(() -> source.isCaughtUp() && lastEventSeq >= seen);
        order(2, 1, Side.SELL);
        pollUntil(() -> templates.contains(TradeDecoder.TEMPLATE_ID));
        assertThat(health.isReady()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"one-thread", "ordinary"})
    void shouldRefuseDataDirectoryInUse(final String layout) {
        final VenueConfig config = config(layout);
        start(config);
        assertThatThrownBy(() -> new EngineNode(config, new Health())).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("in use").hasMessageContaining("--data");
        assertThat(engine.log().isLeader()).isTrue();
    }
}
