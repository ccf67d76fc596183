package bourse.services.replay;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Order flow for those who have no recorded day: a seeded day of one instrument in the format of {@link FlowFile}, and its reference book. One
 * row per event: passive orders at geometric distances from a mid that drifts, cancellations, reductions, and aggressors that
 * sweep as many orders as they need, one IOC line per execution with their {@code grp}. What first-come-first-served matching makes of each is
 * known, so {@code fifo} is 1 everywhere. The same seed gives the same bytes.
 */
public final class SyntheticFlow {
    private static final long FIRST_MID = 1_000_000;
    private static final long TICK = 100;
    private static final long OPENING_NS = 34_200L * 1_000_000_000L;
    private static final int MAX_LIVE = 2_000;

    private record Order(long id, boolean buy, long price) {
    }

    private final SplittableRandom random;
    private final QueueSide buys = new QueueSide(1);
    private final QueueSide sells = new QueueSide(-1);
    private final List<Order> live = new ArrayList<>();
    private final List<FlowCommand> commands = new ArrayList<>();
    private final List<String> bookRows = new ArrayList<>();
    private final int levels;
    private long mid = FIRST_MID;
    private long nextId = 1;
    private long timeNs = OPENING_NS;
    private int group;

    private SyntheticFlow(final long seed, final int levels) {
        random = new SplittableRandom(seed);
        this.levels = levels;
    }

    /**
     * Makes {@code rows} rows and writes them as a command file and, unless {@code book} is null, a reference book of {@code levels} levels.
     *
     * @return the commands
     */
    public static List<FlowCommand> write(final Path file, final Path book, final int rows, final long seed, final int levels)
            throws IOException {
        final var flow = new SyntheticFlow(seed, levels);
        for (int row = 1; row <= rows; row++) {
            flow.row(row);
        }
        FlowFile.write(file, flow.commands);
        if (book != null) {
            try (Writer out = TextLines.writer(book)) {
                for (final String line : flow.bookRows) {
                    out.write(line);
                    out.write('\n');
                }
            }
        }
        return flow.commands;
    }

    private void row(final int row) {
        timeNs += 1 + (long) (-Math.log(1 - random.nextDouble()) * 2_000_000);
        if (random.nextInt(20) == 0) {
            mid += random.nextBoolean() ? TICK : -TICK;
        }
        final int dice = random.nextInt(100);
        final boolean buy = random.nextBoolean();
        final boolean full = live.size() >= MAX_LIVE;
        if (dice < 8 && !side(!buy).isEmpty()) {
            sweep(row, buy);
        } else if ((dice < 45 || full) && !live.isEmpty()) {
            change(row, dice < 43);
        } else {
            enter(row, buy);
        }
        final StringBuilder line = new StringBuilder();
        Long ask = null;
        Long bid = null;
        for (int level = 0; level < levels; level++) {
            ask = level > 0 && ask == null ? null : sells.nextPrice(ask);
            bid = level > 0 && bid == null ? null : buys.nextPrice(bid);
            line.append(level == 0 ? "" : ",").append(ask == null ? "9999999999,0" : ask + "," + sells.total(ask));
            line.append(',').append(bid == null ? "-9999999999,0" : bid + "," + buys.total(bid));
        }
        bookRows.add(line.toString());
    }

    private QueueSide side(final boolean buy) {
        return buy ? buys : sells;
    }

    private void enter(final int row, final boolean buy) {
        final int steps = 1 + (int) (Math.log(1 - random.nextDouble()) / Math.log(0.9));
        long price = mid + (buy ? -steps : steps) * TICK;
        if (!side(!buy).isEmpty()) {
            final long opposite = side(!buy).bestPrice();
            price = buy ? Math.min(price, opposite - TICK) : Math.max(price, opposite + TICK);
        }
        final long qty = 100L * (1 + random.nextInt(10));
        final Order order = new Order(nextId++, buy, price);
        side(buy).add(price, order.id, qty);
        live.add(order);
        add(FlowCommand.of(row, timeNs, "msg", FlowAction.NEW, order.id, buy, price, qty, LobsterMessages.SUBMISSION));
    }

    private void change(final int row, final boolean cancel) {
        final int index = random.nextInt(live.size());
        final Order order = live.get(index);
        final long open = side(order.buy).at(order.price).orders.get(order.id);
        if (cancel || open < 2) {
            forget(index);
            side(order.buy).takeOff(order.price, order.id, open);
            add(FlowCommand.of(row, timeNs, "msg", FlowAction.CANCEL, order.id, order.buy, order.price, open, LobsterMessages.DELETION));
            return;
        }
        final long by = 1 + random.nextLong(open - 1);
        side(order.buy).takeOff(order.price, order.id, by);
        add(FlowCommand.of(row, timeNs, "msg", FlowAction.REDUCE, order.id, order.buy, order.price, by,
                LobsterMessages.PARTIAL_CANCEL));
    }

    private void sweep(final int row, final boolean buy) {
        final QueueSide opposite = side(!buy);
        long left = 100L * (1 + random.nextInt(30));
        group++;
        while (left > 0 && !opposite.isEmpty()) {
            final long price = opposite.bestPrice();
            final Map.Entry<Long, Long> maker = opposite.best().orders.firstEntry();
            final long makerId = maker.getKey();
            final long open = maker.getValue();
            final long qty = Math.min(left, open);
            add(FlowCommand.of(row, timeNs, "msg", FlowAction.IOC, makerId, buy, price, qty, LobsterMessages.VISIBLE_EXECUTION)
                    .withExecution(1, group));
            opposite.takeOff(price, makerId, qty);
            if (qty == open) {
                forget(live.indexOf(new Order(makerId, !buy, price)));
            }
            left -= qty;
        }
    }

    private void forget(final int index) {
        final Order last = live.removeLast();
        if (index < live.size()) {
            live.set(index, last);
        }
    }

    private void add(final FlowCommand command) {
        commands.add(command);
    }
}
