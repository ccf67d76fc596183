package bourse.services.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns a LOBSTER message file and its orderbook file into engine commands after which a price-time book shows every row of the
 * orderbook file. Messages alone are not enough: orders older than the file are not submitted in it, and what happens beyond the N
 * levels shown is left out. So besides the file's own commands ({@code msg}) there are {@code seed} (orders that rest when the
 * replay begins), {@code win} (a level enters the window of N levels) and {@code fix} (a row that the messages do not explain).
 * An execution becomes an IOC order of the other side, of its size and price; hidden executions change nothing ({@code NOP}).
 *
 * <p>Orders that are never named get ids below 0. Deterministic; one instance per conversion; not thread-safe.
 */
public final class LobsterConversion {
    private static final int[] DIRECTIONS = {1, -1};

    /** An execution and what first-come-first-served matching made of it. */
    record Execution(int row, int command, long orderId, long price, int direction, boolean exact, long minHit, long maxHit) {
    }

    private final LobsterMessages messages;
    private final ReferenceBook book;
    private final int window;
    private final int start;
    private final OrderFutures futures;
    private final QueueSide buys = new QueueSide(1);
    private final QueueSide sells = new QueueSide(-1);
    /** Where each live order rests: its price, negative for sells. */
    private final Map<Long, Long> live = new HashMap<>();
    private final Set<Long> seeded = new HashSet<>();
    private final List<FlowCommand> commands = new ArrayList<>();
    private final List<Execution> executions = new ArrayList<>();
    private final long[] levels;
    private long anonymous;
    private long highestId;

    private LobsterConversion(final LobsterMessages messages, final ReferenceBook book, final int start) {
        this.messages = messages;
        this.book = book;
        this.start = start;
        window = book.levels();
        levels = new long[2 * window];
        futures = new OrderFutures(messages);
    }

    /**
     * @param start rows to leave out: the book after row {@code start} is where the replay begins; see {@link #openingLoad}
     * @throws IllegalArgumentException when the two files do not belong together
     */
    public static List<FlowCommand> convert(final LobsterMessages messages, final ReferenceBook book, final int start) {
        if (messages.count() != book.rows()) {
            throw new IllegalArgumentException("message file: " + messages.count() + " rows, orderbook file: " + book.rows()
                    + " rows (expected: the same number; are the two of one sample?)");
        }
        if (start < 0 || start >= messages.count()) {
            throw new IllegalArgumentException("start: " + start + " (expected: 0.." + (messages.count() - 1) + ")");
        }
        final var conversion = new LobsterConversion(messages, book, start);
        conversion.seed();
        conversion.replayMessages();
        AggressorGroups.mark(messages, conversion.commands, conversion.executions);
        return conversion.commands;
    }

    /**
     * Rows that the opening takes: before continuous trading a venue enters its waiting orders in one instant, in an order that is not that
     * of their age, so that a replay should begin with the book after them. The end of the last run of submissions with one time
     * stamp before the first visible execution; 0 where there is none.
     */
    public static int openingLoad(final LobsterMessages messages) {
        int end = 0;
        for (int i = 1; i < messages.count() && messages.type(i) != LobsterMessages.VISIBLE_EXECUTION; i++) {
            final boolean run = messages.type(i) == LobsterMessages.SUBMISSION
                    && messages.type(i - 1) == LobsterMessages.SUBMISSION && messages.timeNs(i) == messages.timeNs(i - 1);
            end = run ? i + 1 : end;
        }
        return end;
    }

    private QueueSide side(final int direction) {
        return direction > 0 ? buys : sells;
    }

    // ---------------------------------------------------------------------------------------------- the visible window

    /** Worst price shown on a side after message {@code index}, or null when the window is not full: then all is visible. */
    private Long worstShown(final int direction, final int index) {
        final int depth = book.read(index + 1, direction > 0, levels);
        return depth < window ? null : Long.valueOf(levels[2 * depth - 2]);
    }

    private static boolean inWindow(final int direction, final long price, final Long worst) {
        return worst == null || (direction > 0 ? price >= worst : price <= worst);
    }

    private boolean visibleThroughout(final int direction, final long price, final int from, final int to) {
        for (int index = from; index < to; index++) {
            if (!inWindow(direction, price, worstShown(direction, index))) {
                return false;
            }
        }
        return true;
    }

    // ---------------------------------------------------------------------------------------------- commands

    private void emit(final int index, final String source, final FlowAction action, final long orderId, final int direction,
                      final long price, final long qty) {
        commands.add(FlowCommand.of(index + 1, messages.timeNs(index), source, action, orderId, direction > 0, price, qty,
                messages.type(index)));
    }

    private void enter(final int index, final String source, final long orderId, final int direction, final long price,
                       final long qty) {
        side(direction).add(price, orderId, qty);
        live.put(orderId, price * direction);
        emit(index, source, FlowAction.NEW, orderId, direction, price, qty);
    }

    /** Takes {@code qty} off a live order, or all of it when there is no more. */
    private void takeOff(final int index, final String source, final long orderId, final long qty) {
        final long signedPrice = live.get(orderId);
        final int direction = Long.signum(signedPrice);
        final long price = Math.abs(signedPrice);
        final QueueSide side = side(direction);
        final long open = side.at(price).orders.get(orderId);
        final boolean all = qty >= open;
        emit(index, source, all ? FlowAction.CANCEL : FlowAction.REDUCE, orderId, direction, price, all ? open : qty);
        side.takeOff(price, orderId, all ? open : qty);
        if (all) {
            live.remove(orderId);
        }
    }

    // ---------------------------------------------------------------------------------------------- where the replay begins

    private void seed() {
        for (int index = 0; index < start; index++) {
            if (messages.type(index) == LobsterMessages.SUBMISSION) {
                highestId = Math.max(highestId, messages.orderId(index));
            }
        }
        if (highestId == 0) {
            highestId = firstSubmission() - 1;
        }
        final Map<Long, Long> openSubmissions = openSubmissionsBeforeStart();
        for (final int direction : DIRECTIONS) {
            final Map<Long, Long> before = bookBeforeStart(direction);
            for (final Map.Entry<Long, Long> level : before.entrySet()) {
                if (level.getValue() > 0) {
                    seedLevel(direction, level.getKey(), level.getValue(), openSubmissions);
                }
            }
        }
    }

    private long firstSubmission() {
        for (int index = 0; index < messages.count(); index++) {
            if (messages.type(index) == LobsterMessages.SUBMISSION) {
                return messages.orderId(index);
            }
        }
        return 1;
    }

    /** Index of submission and open quantity of what was submitted in the rows left out and still rests. */
    private Map<Long, Long> openSubmissionsBeforeStart() {
        final Map<Long, Long> open = new TreeMap<>();
        for (int index = 0; index < start; index++) {
            if (messages.type(index) == LobsterMessages.SUBMISSION) {
                open.put(messages.orderId(index), messages.size(index));
            }
        }
        for (int index = 0; index < start; index++) {
            final int type = messages.type(index);
            if (type > LobsterMessages.SUBMISSION && type <= LobsterMessages.VISIBLE_EXECUTION) {
                final long taken = messages.size(index);
                open.computeIfPresent(messages.orderId(index), (ignored, quantity) -> quantity - taken);
            }
        }
        open.values().removeIf(quantity -> quantity <= 0);
        return open;
    }

    /** Price to total quantity, best first, before the first row that is replayed. */
    private Map<Long, Long> bookBeforeStart(final int direction) {
        final Comparator<Long> bestFirst = direction > 0 ? Comparator.reverseOrder() : Comparator.naturalOrder();
        final Map<Long, Long> before = new TreeMap<>(bestFirst);
        final int depth = book.read(Math.max(start, 1), direction > 0, levels);
        for (int level = 0; level < depth; level++) {
            before.put(levels[2 * level], levels[2 * level + 1]);
        }
        if (start == 0 && messages.direction(0) == direction && messages.type(0) <= LobsterMessages.VISIBLE_EXECUTION) {
            final long effect = messages.type(0) == LobsterMessages.SUBMISSION ? -messages.size(0) : messages.size(0);
            before.merge(messages.price(0), effect, Long::sum);
        }
        return before;
    }

    private void seedLevel(final int direction, final long price, final long total, final Map<Long, Long> openSubmissions) {
        final Map<Long, Long> here = new TreeMap<>();
        for (int index = 0; index < start; index++) {
            final Long open = openSubmissions.get(messages.orderId(index));
            if (open != null && messages.type(index) == LobsterMessages.SUBMISSION && messages.direction(index) == direction
                    && messages.price(index) == price) {
                here.put(messages.orderId(index), open);
            }
        }
        for (final long id : futures.orphans(direction > 0, price)) {
            final int first = futures.first(id);
            final long open = futures.remaining(id, start);
            if (open > 0 && (first < start || visibleThroughout(direction, price, Math.max(start - 1, 0), first))) {
                here.put(id, open);
            }
        }
        long named = 0;
        for (final Map.Entry<Long, Long> order : here.entrySet()) {
            seeded.add(order.getKey());
            enter(start, "seed", order.getKey(), direction, price, order.getValue());
            named += order.getValue();
        }
        if (named < total) {
            enter(start, "seed", --anonymous, direction, price, total - named);
        }
    }

    // ---------------------------------------------------------------------------------------------- row by row

    private void replayMessages() {
        final Long[] worst = new Long[2];
        for (int d = 0; d < 2; d++) {
            worst[d] = worstShown(DIRECTIONS[d], Math.max(start - 1, 0));
        }
        for (int index = start; index < messages.count(); index++) {
            apply(index);
            for (int d = 0; d < 2; d++) {
                worst[d] = repairSide(index, DIRECTIONS[d], worst[d]);
            }
            for (final int direction : DIRECTIONS) {
                final int depth = book.read(index + 1, direction > 0, levels);
                if (!side(direction).showsExactly(levels, depth, window)) {
                    throw new IllegalArgumentException("row " + (index + 1) + " can't be reproduced: the orderbook file's line is not"
                            + " a book that follows from the rows before (are the two files of one sample?)");
                }
            }
        }
    }

    private void apply(final int index) {
        final long id = messages.orderId(index);
        switch (messages.type(index)) {
            case LobsterMessages.SUBMISSION -> {
                highestId = Math.max(highestId, id);
                enter(index, "msg", id, messages.direction(index), messages.price(index), messages.size(index));
            }
            case LobsterMessages.PARTIAL_CANCEL -> {
                if (live.containsKey(id)) {
                    takeOff(index, "msg", id, messages.size(index));
                }
            }
            case LobsterMessages.DELETION -> {
                if (live.containsKey(id)) {
                    takeOff(index, "msg", id, Long.MAX_VALUE);
                }
            }
            case LobsterMessages.VISIBLE_EXECUTION -> execute(index);
            default -> emit(index, "msg", FlowAction.NOP, id, messages.direction(index) == 1 ? 1 : -1, messages.price(index),
                    messages.size(index));
        }
    }

    private void execute(final int index) {
        final int direction = messages.direction(index);
        final long price = messages.price(index);
        final QueueSide side = side(direction);
        emit(index, "msg", FlowAction.IOC, messages.orderId(index), -direction, price, messages.size(index));
        long left = messages.size(index);
        int hits = 0;
        boolean exact = true;
        long minHit = Long.MAX_VALUE;
        long maxHit = Long.MIN_VALUE;
        while (left > 0 && !side.isEmpty() && (side.bestPrice() - price) * direction >= 0) {
            final long makerPrice = side.bestPrice();
            final Map.Entry<Long, Long> maker = side.best().orders.firstEntry();
            final long makerId = maker.getKey();
            final long open = maker.getValue();
            final long qty = Math.min(left, open);
            hits++;
            exact &= makerId == messages.orderId(index) && makerPrice == price && qty == messages.size(index);
            minHit = Math.min(minHit, makerPrice);
            maxHit = Math.max(maxHit, makerPrice);
            side.takeOff(makerPrice, makerId, qty);
            left -= qty;
            if (qty == open) {
                live.remove(makerId);
            }
        }
        executions.add(new Execution(index, commands.size() - 1, messages.orderId(index), price, direction, exact && hits == 1,
                minHit, maxHit));
    }

    /** Makes the shown levels of a side equal the row's; returns the window's worst price now. */
    private Long repairSide(final int index, final int direction, final Long worstBefore) {
        final QueueSide side = side(direction);
        final long[] shown = new long[2 * window];
        final int depth = book.read(index + 1, direction > 0, shown);
        final Map<Long, Long> wanted = HashMap.newHashMap(depth);
        for (int level = 0; level < depth; level++) {
            final long price = shown[2 * level];
            final long total = shown[2 * level + 1];
            wanted.put(price, total);
            final boolean wasVisible = inWindow(direction, price, worstBefore);
            if (side.total(price) != total || !wasVisible && !futures.orphans(direction > 0, price).isEmpty()) {
                reconcile(index, wasVisible ? "fix" : "win", direction, price, total);
            }
        }
        final Long worst = depth < window ? null : Long.valueOf(shown[2 * depth - 2]);
        for (Long price = side.nextPrice(null); price != null; price = side.nextPrice(price)) {
            if (!inWindow(direction, price, worst)) {
                break;
            }
            if (!wanted.containsKey(price)) {
                reconcile(index, inWindow(direction, price, worstBefore) ? "fix" : "win", direction, price, 0);
            }
        }
        return worst;
    }

    // ---------------------------------------------------------------------------------------------- one level

    /** Makes the level hold {@code wanted}; the messages after {@code index} guide who is there. */
    private void reconcile(final int index, final String source, final int direction, final long price, final long wanted) {
        final QueueSide side = side(direction);
        admitOrphans(index, source, direction, price, wanted);
        long excess = side.total(price) - wanted;
        if (excess > 0) {
            excess = cutToFuture(index, source, side.at(price), excess, false);
        }
        if (excess > 0) {
            excess = cutIdle(index, source, side.at(price), excess);
        }
        if (excess > 0 && side.at(price) != null) {
            excess = cutToFuture(index, source, side.at(price), excess, true);
        }
        if (excess > 0 && side.at(price) != null) {
            for (final long id : side.at(price).ids().reversed()) {
                final long cut = Math.min(side.at(price).orders.get(id), excess);
                takeOff(index, source, id, cut);
                excess -= cut;
                if (excess == 0 || side.at(price) == null) {
                    break;
                }
            }
        }
        if (excess < 0) {
            enter(index, source, --anonymous, direction, price, -excess);
        }
    }

    private record Orphan(long id, long quantity, boolean sure) {
    }

    /** Orders that the file names only later and that (by visibility or by id) existed by now. */
    private void admitOrphans(final int index, final String source, final int direction, final long price, final long wanted) {
        final List<Orphan> candidates = new ArrayList<>();
        for (final long id : futures.orphans(direction > 0, price)) {
            final int first = futures.first(id);
            if (live.containsKey(id) || first <= index || seeded.contains(id)) {
                continue;
            }
            final boolean sure = visibleThroughout(direction, price, index, first);
            if (sure || id <= highestId) {
                candidates.add(new Orphan(id, futures.remaining(id, index + 1), sure));
            }
        }
        long held = side(direction).total(price);
        for (final Orphan orphan : candidates) {
            long surelyFollowing = 0;
            for (final Orphan other : candidates) {
                surelyFollowing += other.sure && other.id > orphan.id ? other.quantity : 0;
            }
            if (orphan.sure || held + surelyFollowing + orphan.quantity <= wanted) {
                seeded.add(orphan.id);
                enter(index, source, orphan.id, direction, price, orphan.quantity);
                held += orphan.quantity;
            }
        }
    }

    /**
     * Cuts orders down to what later messages still take off them: oldest first and only those whose end is known, or newest first and
     * all. Returns the excess that is left.
     */
    private long cutToFuture(final int index, final String source, final QueueSide.Level level, final long excess,
                             final boolean newestFirst) {
        long left = excess;
        for (final long id : newestFirst ? level.ids().reversed() : level.ids()) {
            final long open = level.orders.get(id);
            final long needed = futures.remaining(id, index + 1);
            final long cut = Math.min(Math.max(0, open - needed), left);
            if (cut > 0 && (newestFirst || futures.endsByDeletion(id, index + 1))) {
                takeOff(index, source, id, cut);
                left -= cut;
            }
            if (left == 0 || level.orders.isEmpty()) {
                break;
            }
        }
        return left;
    }

    /** Orders without any later message went while out of sight: one that fits exactly, else the unnamed ones, then the newest. */
    private long cutIdle(final int index, final String source, final QueueSide.Level level, final long excess) {
        final List<Long> idle = new ArrayList<>();
        Long exact = null;
        for (final long id : level.ids()) {
            if (futures.remaining(id, index + 1) == 0) {
                idle.add(id);
                exact = level.orders.get(id) == excess ? Long.valueOf(id) : exact;
            }
        }
        if (exact != null) {
            takeOff(index, source, exact, excess);
            return 0;
        }
        idle.sort(Comparator.<Long, Boolean>comparing(id -> id > 0).thenComparing(Comparator.<Long>naturalOrder().reversed()));
        long left = excess;
        for (final long id : idle) {
            if (left == 0) {
                break;
            }
            final long cut = Math.min(level.orders.get(id), left);
            takeOff(index, source, id, cut);
            left -= cut;
        }
        return left;
    }
}
