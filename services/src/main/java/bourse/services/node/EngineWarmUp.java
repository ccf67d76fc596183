package bourse.services.node;

import bourse.engine.book.BookMemory;
import bourse.engine.log.OfflineControl;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.LadderMatching;
import bourse.engine.shard.Shard;
import bourse.engine.shard.ShardConfig;
import bourse.sbe.engine.CommandBatchEncoder;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.DefineInstrumentEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.SessionEstablishEncoder;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradingState;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.SplittableRandom;

/**
 * Sends commands through a scratch shard, with a book of its own and events that go nowhere, until the engine's code is compiled. The same
 * batches, checks and matching as real ones; nothing of it can be seen from outside. Thread: the caller's, which should not be the engine's.
 */
final class EngineWarmUp {
    private static final int BATCH = 64;
    private static final int ACCOUNT = 1;
    private static final int INSTRUMENT = 1;
    private static final long MIDDLE = 10_000;
    private static final long SEED = 20_120_621;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64 * 1024]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final CommandBatchEncoder batch = new CommandBatchEncoder();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private long position;
    private long clientSeq = 1;

    private EngineWarmUp() {
    }

    /** @param commands 0 = none; the number is bounded, so the time is: about a second for a million. */
    static void run(final int commands) {
        if (commands > 0) {
            new EngineWarmUp().runAll(commands);
        }
    }

    private void runAll(final int commands) {
        final MatcherLimits limits = MatcherLimits.small();
        try (BookMemory memory = LadderMatcher.offHeapMemory(limits)) {
            final Shard shard = new Shard(new ShardConfig(0, 4, 256, 8, 64 * 1024), listener -> new LadderMatching(limits, memory, listener));
            shard.onStart(new OfflineControl((events, offset, length) -> { }));
            send(shard, define());
            send(shard, establish());
            for (int sent = 0; sent < commands; sent += BATCH) {
                send(shard, nextBatch());
            }
            shard.onStop();
        }
    }

    private void send(final Shard shard, final int length) {
        position += length;
        shard.onCommand(position, position, buffer, 0, length);
    }

    private int define() {
        final DefineInstrumentEncoder define = new DefineInstrumentEncoder().wrapAndApplyHeader(buffer, 0, header);
        define.correlationId(1).tickSize(1).lotSize(1).minPrice(1).maxPrice(2 * MIDDLE).maxQuantity(1_000).maxNotional(0).priceBand(0)
            .referencePrice(0).marketProtection(0).symbol("WARM").baseAsset("W").quoteAsset("W").instrumentId(INSTRUMENT).makerFeeRate(0)
            .takerFeeRate(0).priceDecimals((short) 0).quantityDecimals((short) 0).riskChecked((short) 0).state(TradingState.CONTINUOUS);
        return MessageHeaderEncoder.ENCODED_LENGTH + define.encodedLength();
    }

    private int establish() {
        final SessionEstablishEncoder establish = new SessionEstablishEncoder().wrapAndApplyHeader(buffer, 0, header)
            .sessionId(1).correlationId(2).gatewayId(1).account(ACCOUNT).epoch(1).cancelOnDisconnect((short) 0);
        return MessageHeaderEncoder.ENCODED_LENGTH + establish.encodedLength();
    }

    /** A market as it is: most orders are placed near the middle and cancelled, some cross, now and then all go. */
    private int nextBatch() {
        batch.wrapAndApplyHeader(buffer, 0, header).sessionId(1).firstClientSeq(clientSeq).ingressTimeNs(0).account(ACCOUNT).epoch(1);
        final CommandBatchEncoder.CommandsEncoder commands = batch.commandsCount(BATCH);
        for (int i = 0; i < BATCH; i++) {
            final int choice = random.nextInt(1_000);
            final boolean isBuy = random.nextBoolean();
            final long distance = random.nextInt(40) - 4;
            final long price = MIDDLE + (isBuy ? -distance : distance);
            commands.next().clientOrderId(clientSeq).orderId(0).price(price).quantity(1 + random.nextInt(20)).instrumentId(INSTRUMENT)
                .side(isBuy ? Side.BUY : Side.SELL).orderType(OrderType.LIMIT).timeInForce(choice < 100 ? TimeInForce.IOC : TimeInForce.GTC)
                .selfTradePrevention(SelfTradePrevention.ALLOW).flags().clear();
            if (choice < 550 || clientSeq < 200) {
                commands.kind(CommandKind.NEW);
            } else {
                commands.clientOrderId(clientSeq - 1 - random.nextInt(150))
                    .kind(choice < 900 ? CommandKind.CANCEL : choice < 950 ? CommandKind.REPLACE : choice < 998 ? CommandKind.REDUCE : CommandKind.MASS_CANCEL);
            }
            clientSeq++;
        }
        batch.extensionsCount(0);
        return MessageHeaderEncoder.ENCODED_LENGTH + batch.encodedLength();
    }
}
