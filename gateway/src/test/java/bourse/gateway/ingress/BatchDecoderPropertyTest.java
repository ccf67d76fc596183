package bourse.gateway.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import bourse.order.v1.Batch;
import bourse.order.v1.Cancel;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.Heartbeat;
import bourse.order.v1.MassCancel;
import bourse.order.v1.NewOrder;
import bourse.order.v1.Quote;
import bourse.order.v1.Reduce;
import bourse.order.v1.Replace;

/** The hand-written decoder against the generated one: over random and mutated messages, the same value or the same refusal. */
class BatchDecoderPropertyTest {
    private final BatchDecoder decoder = new BatchDecoder();
    private final CommandBatchWriter byHand = new CommandBatchWriter();
    private final CommandBatchWriter byGenerated = new CommandBatchWriter();

    @Property(tries = 2_000)
    void shouldReadWhatGeneratedClientsWrite(@ForAll final long seed) throws Exception {
        final ClientFrame frame = frame(new Random(seed));
        final byte[] bytes = frame.toByteArray();
        assertThat(decodeByHand(bytes)).as("every generated client's batch takes the hot path").isTrue();
        assertSame(bytes);
    }

    @Property(tries = 20_000)
    void shouldNeverReadAnythingElseThanGeneratedCodeDoes(@ForAll final long seed) {
        final Random random = new Random(seed);
        byte[] bytes = frame(random).toByteArray();
        for (int i = 0, mutations = 1 + random.nextInt(4); i < mutations; i++) {
            bytes = mutate(bytes, random);
        }
        if (bytes.length <= 60_000 && decodeByHand(bytes)) {
            assertSame(bytes);
        }
    }

    @Property(tries = 500)
    void shouldLeaveUnknownFieldsAndOtherFramesToGeneratedCode(@ForAll final long seed) {
        final Random random = new Random(seed);
        final ClientFrame frame = frame(random);
        final UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
            .addField(100 + random.nextInt(100), UnknownFieldSet.Field.newBuilder().addVarint(random.nextLong()).build()).build();
        assertThat(decodeByHand(frame.toBuilder().setUnknownFields(unknown).build().toByteArray())).isFalse();
        assertThat(decodeByHand(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setClientTimeNs(1)).build().toByteArray()))
            .isFalse();
        assertThat(decodeByHand(ByteString.copyFrom(frame.toByteArray()).concat(ByteString.copyFrom(frame.toByteArray())).toByteArray()))
            .isFalse();
    }

    private boolean decodeByHand(final byte[] bytes) {
        final byte[] padded = new byte[bytes.length + BatchDecoder.SLACK_BYTES];
        Arrays.fill(padded, (byte) 0xFF);
        System.arraycopy(bytes, 0, padded, 0, bytes.length);
        byHand.begin(null);
        return decoder.decode(padded, bytes.length, byHand);
    }

    private void assertSame(final byte[] bytes) {
        final ClientFrame frame;
        try {
            frame = ClientFrame.parseFrom(bytes);
        } catch (final InvalidProtocolBufferException e) {
            throw new AssertionError("read by hand, refused by generated code: " + Arrays.toString(bytes), e);
        }
        assertThat(frame.hasBatch()).isTrue();
        byGenerated.begin(null);
        GeneratedCommands.append(frame.getBatch().getCommandsList(), byGenerated);
        assertThat(decoder.firstClientSeq()).isEqualTo(frame.getBatch().getFirstClientSeq());
        assertThat(byHand.commandCount()).isEqualTo(byGenerated.commandCount());
        assertThat(byHand.addsRisk()).isEqualTo(byGenerated.addsRisk());
        assertThat(message(byHand)).isEqualTo(message(byGenerated));
    }

    private static byte[] message(final CommandBatchWriter writer) {
        final byte[] message = new byte[writer.finish(1, 2, 3, 4, 5, 6)];
        writer.buffer().getBytes(0, message);
        return message;
    }

    private static byte[] mutate(final byte[] bytes, final Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        final int at = random.nextInt(bytes.length);
        return switch (random.nextInt(5)) {
            case 0 -> {
                final byte[] changed = bytes.clone();
                changed[at] ^= (byte) (1 << random.nextInt(8));
                yield changed;
            }
            case 1 -> {
                final byte[] changed = bytes.clone();
                changed[at] = (byte) random.nextInt();
                yield changed;
            }
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 -> {
                final byte[] longer = new byte[bytes.length + 1];
                System.arraycopy(bytes, 0, longer, 0, at);
                longer[at] = (byte) random.nextInt();
                System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                yield longer;
            }
            default -> {
                final byte[] shorter = new byte[bytes.length - 1];
                System.arraycopy(bytes, 0, shorter, 0, at);
                System.arraycopy(bytes, at + 1, shorter, at, bytes.length - at - 1);
                yield shorter;
            }
        };
    }

    private static ClientFrame frame(final Random random) {
        final List<Command> commands = new ArrayList<>();
        for (int i = 0, count = random.nextInt(random.nextInt(20) == 0 ? 600 : 5); i < count; i++) {
            commands.add(command(random));
        }
        return ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(number(random)).addAllCommands(commands)).build();
    }

    private static Command command(final Random random) {
        final Command.Builder command = Command.newBuilder();
        return (switch (random.nextInt(8)) {
            case 0, 1 -> command.setNew(newOrder(random));
            case 2 -> command.setReplace(Replace.newBuilder().setClientOrderId(number(random)).setOrderId(number(random))
                .setPrice(number(random)).setOpenQuantity(number(random)));
            case 3 -> command.setReduce(Reduce.newBuilder().setClientOrderId(number(random)).setOrderId(number(random)).setBy(number(random)));
            case 4 -> command.setCancel(Cancel.newBuilder().setClientOrderId(number(random)).setOrderId(number(random)));
            case 5 -> command.setMassCancel(MassCancel.newBuilder().setInstrumentId((int) number(random)).setSideValue(enumValue(random)));
            case 6 -> command.setQuote(Quote.newBuilder().setQuoteId(number(random)).setInstrumentId((int) number(random))
                .setBidPrice(number(random)).setBidQuantity(number(random)).setAskPrice(number(random)).setAskQuantity(number(random))
                .setPostOnly(random.nextBoolean()).setSelfTradePreventionValue(enumValue(random)));
            default -> command;
        }).build();
    }

    private static NewOrder newOrder(final Random random) {
        final NewOrder.Builder order = NewOrder.newBuilder().setClientOrderId(number(random)).setInstrumentId((int) number(random))
            .setSideValue(enumValue(random)).setOrderTypeValue(enumValue(random)).setTimeInForceValue(enumValue(random))
            .setPrice(number(random)).setQuantity(number(random)).setSelfTradePreventionValue(enumValue(random))
            .setPostOnly(random.nextBoolean()).setPostOnlyReprice(random.nextBoolean()).setHidden(random.nextBoolean())
            .setAllOrNone(random.nextBoolean()).setRestRemainder(random.nextBoolean());
        if (random.nextBoolean()) {
            order.setStopPrice(number(random)).setDisplayQuantity(number(random)).setMinQuantity(number(random))
                .setExpireTimeNs(number(random)).setOffset(number(random)).setLimitPrice(number(random)).setLinkId(number(random))
                .setPegReferenceValue(enumValue(random));
        }
        return order.build();
    }

    private static int enumValue(final Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextInt();
            case 1 -> 255;
            case 2 -> -1;
            default -> random.nextInt(8);
        };
    }

    private static long number(final Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextLong();
            case 2 -> Long.MIN_VALUE;
            case 3 -> Long.MAX_VALUE;
            default -> random.nextInt(100_000);
        };
    }
}
