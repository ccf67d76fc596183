package bourse.gateway.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import bourse.order.v1.Batch;
import bourse.order.v1.Cancel;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.CommandColumns;
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

    @Property(tries = 500)
    void shouldLeaveColumnsOfOtherLengthsToGeneratedCode(@ForAll final long seed) throws Exception {
        final Random random = new Random(seed);
        final int rows = random.nextInt(5);
        final CommandColumns.Builder columns = CommandColumns.newBuilder().addAllClientOrderIds(column(random, rows, 2)).addAllPrices(column(random, rows + 2, 2));
        final ClientFrame frame = ClientFrame.newBuilder().setBatch(Batch.newBuilder().setFirstClientSeq(1).setColumns(columns)).build();
        assertThat(decodeByHand(frame.toByteArray())).isFalse();
        assertThat(GeneratedCommands.problem(frame.getBatch())).startsWith("prices: " + (rows + 2) + " values (expected: " + rows + ",");
    }

    @Property(tries = 1_000)
    void shouldReadAsColumnsWhatTheMessagesSay(@ForAll final long seed) {
        final Random random = new Random(seed);
        final CommandColumns columns = columns(random);
        final Batch batch = Batch.newBuilder().setFirstClientSeq(1).setColumns(columns).build();
        assertThat(decodeByHand(ClientFrame.newBuilder().setBatch(batch).build().toByteArray())).isTrue();
        byGenerated.begin(null);
        for (int row = 0; row < columns.getClientOrderIdsCount(); row++) {
            GeneratedCommands.append(List.of(command(columns, row)), byGenerated);
        }
        assertThat(message(byHand)).isEqualTo(message(byGenerated));
        assertThat(byHand.addsRisk()).isEqualTo(byGenerated.addsRisk());
    }

    /** The message that a row stands for, as ORDER_ENTRY.md says. */
    private static Command command(final CommandColumns columns, final int row) {
        final long id = columns.getClientOrderIds(row);
        final long orderId = at(columns.getOrderIdsList(), row, 0L);
        final long price = at(columns.getPricesList(), row, 0L);
        final long quantity = at(columns.getQuantitiesList(), row, 0L);
        final Command.Builder command = Command.newBuilder();
        switch (at(columns.getKindsValueList(), row, 1)) {
            case 1 -> command.setNew(NewOrder.newBuilder().setClientOrderId(id).setInstrumentId(at(columns.getInstrumentIdsList(), row, 0))
                .setSideValue(at(columns.getSidesValueList(), row, 0)).setPrice(price).setQuantity(quantity)
                .setOrderTypeValue(at(columns.getOrderTypesValueList(), row, 0)).setTimeInForceValue(at(columns.getTimesInForceValueList(), row, 0))
                .setSelfTradePreventionValue(at(columns.getSelfTradePreventionsValueList(), row, 0)).setPostOnly(at(columns.getPostOnlyList(), row, false)));
            case 2 -> command.setReplace(Replace.newBuilder().setClientOrderId(id).setOrderId(orderId).setPrice(price).setOpenQuantity(quantity));
            case 3 -> command.setReduce(Reduce.newBuilder().setClientOrderId(id).setOrderId(orderId).setBy(quantity));
            case 4 -> command.setCancel(Cancel.newBuilder().setClientOrderId(id).setOrderId(orderId));
            default -> {
                // Refused like a command without content.
            }
        }
        return command.build();
    }

    private static <V> V at(final List<V> column, final int row, final V none) {
        return column.isEmpty() ? none : column.get(column.size() == 1 ? 0 : row);
    }

    @Example
    void shouldCountMoreCommandsThanABatchMayHave() {
        final CommandColumns columns = CommandColumns.newBuilder().addAllClientOrderIds(column(new Random(1), 513, 2)).build();
        final Batch batch = Batch.newBuilder().setFirstClientSeq(1).setColumns(columns).build();
        assertThat(decodeByHand(ClientFrame.newBuilder().setBatch(batch).build().toByteArray())).isFalse();
        byGenerated.begin(null);
        GeneratedCommands.append(batch, byGenerated);
        assertThat(byGenerated.commandCount()).isEqualTo(513);
        assertThat(byGenerated.keptCommands()).isZero();
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
        assertThat(GeneratedCommands.problem(frame.getBatch())).isNull();
        byGenerated.begin(null);
        GeneratedCommands.append(frame.getBatch(), byGenerated);
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
        final Batch.Builder batch = Batch.newBuilder().setFirstClientSeq(number(random)).addAllCommands(commands);
        if (random.nextBoolean()) {
            batch.setColumns(columns(random));
        }
        return ClientFrame.newBuilder().setBatch(batch).build();
    }

    private static CommandColumns columns(final Random random) {
        final int rows = random.nextInt(random.nextInt(20) == 0 ? 513 : 5);
        return CommandColumns.newBuilder().addAllClientOrderIds(column(random, rows, rows))
            .addAllKindsValue(enumColumn(random, rows)).addAllInstrumentIds(ints(column(random, rows, random.nextInt(3)))).addAllSidesValue(enumColumn(random, rows))
            .addAllPrices(column(random, rows, random.nextInt(3))).addAllQuantities(column(random, rows, random.nextInt(3)))
            .addAllOrderTypesValue(enumColumn(random, rows)).addAllTimesInForceValue(enumColumn(random, rows))
            .addAllSelfTradePreventionsValue(enumColumn(random, rows))
            .addAllPostOnly(column(random, rows, random.nextInt(3)).stream().map(value -> value > 0).toList())
            .addAllOrderIds(column(random, rows, random.nextInt(3))).build();
    }

    /** As many values as there are rows, or one, or none. */
    private static List<Long> column(final Random random, final int rows, final int shape) {
        return LongStream.generate(() -> number(random)).limit(shape > 1 ? rows : shape).boxed().toList();
    }

    private static List<Integer> ints(final List<Long> column) {
        return column.stream().map(Long::intValue).toList();
    }

    private static List<Integer> enumColumn(final Random random, final int rows) {
        return IntStream.generate(() -> enumValue(random)).limit(random.nextInt(3) > 0 ? rows : random.nextInt(2)).boxed().toList();
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
