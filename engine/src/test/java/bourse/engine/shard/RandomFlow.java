package bourse.engine.shard;

import java.util.SplittableRandom;

import bourse.sbe.engine.CommandBatchEncoder;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;

import org.agrona.concurrent.UnsafeBuffer;

/** Batches of random commands of one session: orders around a price, cancels, reductions, replacements, now and then a mass cancel. */
public final class RandomFlow {
    private static final int NEW_OF_16 = 9;

    private final SplittableRandom random;
    private final int account;
    private final long sessionId;
    private final int instruments;
    private final CommandBatchEncoder batch = new CommandBatchEncoder();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64 * 1024]);
    private long nextClientSeq = 1;
    private int length;

    public RandomFlow(final long seed, final int account, final long sessionId, final int instruments) {
        this.random = new SplittableRandom(seed);
        this.account = account;
        this.sessionId = sessionId;
        this.instruments = instruments;
    }

    public UnsafeBuffer buffer() {
        return buffer;
    }

    public int length() {
        return length;
    }

    public long nextClientSeq() {
        return nextClientSeq;
    }

    /** Encodes the next {@code count} commands for the epoch. */
    public void next(final int count, final long epoch) {
        final CommandBatchEncoder.CommandsEncoder commands = batch.wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .sessionId(sessionId).firstClientSeq(nextClientSeq).ingressTimeNs(0).account(account).epoch(epoch)
                .commandsCount(count);
        for (int i = 0; i < count; i++) {
            command(commands.next(), nextClientSeq + i);
        }
        batch.extensionsCount(0);
        nextClientSeq += count;
        length = MessageHeaderEncoder.ENCODED_LENGTH + batch.encodedLength();
    }

    private void command(final CommandBatchEncoder.CommandsEncoder command, final long clientSeq) {
        final int choice = random.nextInt(16);
        final long recent = Math.max(1, clientSeq - 1 - random.nextInt(64));
        command.orderId(0).price(1000 + random.nextInt(20)).quantity(1 + random.nextInt(100))
                .instrumentId(1 + random.nextInt(instruments)).orderType(OrderType.LIMIT).timeInForce(TimeInForce.GTC)
                .selfTradePrevention(SelfTradePrevention.ALLOW);
        command.flags().clear();
        if (choice < NEW_OF_16) {
            command.clientOrderId(clientSeq).kind(CommandKind.NEW).side(random.nextBoolean() ? Side.BUY : Side.SELL);
            if (choice == 0) {
                command.timeInForce(TimeInForce.IOC);
            } else if (choice == 1) {
                command.timeInForce(TimeInForce.FOK);
            }
        } else {
            command.clientOrderId(recent).side(Side.BOTH).kind(switch (choice) {
                case 9, 10, 11 -> CommandKind.CANCEL;
                case 12, 13 -> CommandKind.REDUCE;
                default -> random.nextInt(200) == 0 ? CommandKind.MASS_CANCEL : CommandKind.REPLACE;
            });
        }
    }
}
