package bourse.services.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads and writes command files: CSV, plain or gzip, columns found by the names in the first line. Needed: {@code action}; of orders also
 * {@code order_id, side, price, qty}. Optional: {@code row, ts_ns, src, lob_type, fifo, grp, tif, account, symbol, maker, taker, phase}.
 * The whole file is read and checked, also that every target exists, before anything is sent.
 */
public final class FlowFile {
    private static final Set<String> COLUMNS = Set.of("row", "ts_ns", "src", "action", "order_id", "side", "price", "qty", "lob_type",
            "fifo", "grp", "tif", "account", "symbol", "maker", "taker", "phase");
    private static final Set<String> TIFS = Set.of("", "GTC", "DAY", "IOC", "FOK", "AT_AUCTION");
    private static final Set<String> PHASES = Set.of("PRE_OPEN", "AUCTION_CALL", "CONTINUOUS", "HALTED", "CLOSED");
    private static final long MAX_PRICE = 1L << 42;
    private static final long MAX_QUANTITY = 1L << 38;

    private final Path file;
    private final Map<String, Integer> columns = new HashMap<>();
    private final Map<Target, Integer> entered = new HashMap<>();
    private String[] cells;
    private int line;

    private record Target(String symbol, int account, long orderId) {
    }

    private FlowFile(final Path file) {
        this.file = file;
    }

    /** All commands, in order. Throws {@link FlowFormatException} at the first line that is wrong. */
    public static List<FlowCommand> read(final Path file) throws IOException {
        return new FlowFile(file).readAll();
    }

    /** Writes commands in the columns of {@link FlowCommand#CSV_HEADER}. */
    public static void write(final Path file, final Iterable<FlowCommand> commands) throws IOException {
        try (Writer out = TextLines.writer(file)) {
            out.write(FlowCommand.CSV_HEADER);
            out.write('\n');
            for (final FlowCommand command : commands) {
                out.write(command.toCsv());
                out.write('\n');
            }
        }
    }

    private List<FlowCommand> readAll() throws IOException {
        final List<FlowCommand> commands = new ArrayList<>();
        try (BufferedReader in = TextLines.reader(file)) {
            readHeading(in.readLine());
            int lastRow = 0;
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                line++;
                if (text.isBlank() || text.startsWith("#")) {
                    continue;
                }
                cells = text.strip().split(",", -1);
                if (cells.length != columns.size()) {
                    throw new FlowFormatException(file, line, "count", Integer.toString(cells.length),
                            columns.size() + " columns, as in the heading");
                }
                final FlowCommand command = parse();
                if (command.row() < lastRow && command.row() != 0) {
                    throw bad("row", "not below the row before, " + lastRow);
                }
                lastRow = Math.max(lastRow, command.row());
                commands.add(command);
            }
        }
        if (commands.isEmpty()) {
            throw new FlowFormatException(file, "holds no command");
        }
        return commands;
    }

    private void readHeading(final String heading) {
        line = 1;
        if (heading == null || heading.isBlank()) {
            throw new FlowFormatException(file, "is empty (expected: a heading with the columns' names, as action,order_id,side,price,qty)");
        }
        final String[] names = heading.strip().split(",", -1);
        for (int i = 0; i < names.length; i++) {
            final String name = names[i].strip();
            if (!COLUMNS.contains(name) || columns.put(name, i) != null) {
                throw new FlowFormatException(file, 1, Integer.toString(i + 1), name,
                        "each once of " + String.join(", ", COLUMNS.stream().sorted().toList()));
            }
        }
        for (final String needed : List.of("action", "order_id", "side", "price", "qty")) {
            if (!columns.containsKey(needed)) {
                throw new FlowFormatException(file, 1, needed, heading.strip(), "a column named " + needed);
            }
        }
    }

    private FlowCommand parse() {
        final FlowAction action;
        try {
            action = FlowAction.valueOf(cell("action").toUpperCase(Locale.ROOT));
        } catch (final IllegalArgumentException e) {
            throw bad("action", "NEW, REDUCE, CANCEL, IOC, NOP, UNCROSS, PHASE, EXPECT_TRADE");
        }
        final boolean order = action.isOrderCommand();
        final boolean expectation = action == FlowAction.EXPECT_TRADE;
        final boolean target = action == FlowAction.CANCEL || action == FlowAction.REDUCE;
        final String idColumn = expectation && columns.containsKey("maker") ? "maker" : "order_id";
        final FlowCommand command = new FlowCommand(line, (int) number("row", 0, Integer.MAX_VALUE, 0), number("ts_ns", 0, Long.MAX_VALUE, 0),
                cell("src"), action, number(idColumn, Long.MIN_VALUE + 1, Long.MAX_VALUE, order && action != FlowAction.IOC || expectation
                        ? null : Long.valueOf(FlowCommand.NO_ID)),
                side(order && !target), number("price", order && !target || expectation ? 1 : Long.MIN_VALUE, MAX_PRICE,
                        order && !target || expectation ? null : Long.valueOf(0)),
                number("qty", order && action != FlowAction.CANCEL || expectation ? 1 : 0, MAX_QUANTITY,
                        order && action != FlowAction.CANCEL || expectation ? null : Long.valueOf(0)),
                (int) number("lob_type", 0, 99, 0), (int) number("fifo", 0, 1, -1), (int) number("grp", 0, Integer.MAX_VALUE, -1),
                tif(), (int) number("account", 1, Integer.MAX_VALUE, 0), symbol(),
                number("taker", Long.MIN_VALUE + 1, Long.MAX_VALUE, FlowCommand.NO_ID), phase(action));
        checkTarget(command);
        return command;
    }

    /** A change must name an order that an earlier line has entered, and a NEW one that none has. */
    private void checkTarget(final FlowCommand command) {
        if (!command.action().isOrderCommand() || command.action() == FlowAction.IOC) {
            return;
        }
        final Target target = new Target(command.symbol(), command.account(), command.orderId());
        if (command.action() == FlowAction.NEW) {
            final Integer before = entered.putIfAbsent(target, line);
            if (before != null) {
                throw bad("order_id", "an order that no earlier line has entered; line " + before + " has");
            }
        } else if (!entered.containsKey(target)) {
            throw bad("order_id", "an order that an earlier line has entered for the same account and symbol");
        }
    }

    private boolean side(final boolean needed) {
        final String text = cell("side").toUpperCase(Locale.ROOT);
        if (!text.equals("BUY") && !text.equals("SELL") && (needed || !text.isEmpty())) {
            throw bad("side", "BUY or SELL");
        }
        return text.equals("BUY");
    }

    private String tif() {
        final String tif = cell("tif").toUpperCase(Locale.ROOT);
        if (!TIFS.contains(tif)) {
            throw bad("tif", "GTC, DAY, IOC, FOK, AT_AUCTION or nothing");
        }
        return tif;
    }

    private String symbol() {
        final String symbol = cell("symbol");
        if (symbol.length() > bourse.sbe.WireLimits.MAX_SYMBOL_LENGTH || !symbol.chars().allMatch(c -> c > 32 && c < 127)) {
            throw bad("symbol", "at most " + bourse.sbe.WireLimits.MAX_SYMBOL_LENGTH + " printable ASCII characters");
        }
        return symbol;
    }

    private String phase(final FlowAction action) {
        if (action != FlowAction.PHASE) {
            return "";
        }
        final String phase = cell("phase").toUpperCase(Locale.ROOT);
        if (!PHASES.contains(phase)) {
            throw bad("phase", "PRE_OPEN, AUCTION_CALL, CONTINUOUS, HALTED, CLOSED");
        }
        return phase;
    }

    private String cell(final String column) {
        final Integer index = columns.get(column);
        return index == null ? "" : cells[index].strip();
    }

    /** @param absent value of an empty cell or a missing column; null = it may not be empty */
    private long number(final String column, final long low, final long high, final Number absent) {
        final String text = cell(column);
        if (text.isEmpty() && absent != null) {
            return absent.longValue();
        }
        try {
            final long value = Long.parseLong(text);
            if (value >= low && value <= high) {
                return value;
            }
        } catch (final NumberFormatException e) {
            // falls through to the one message for both
        }
        throw bad(column, "an integer" + (low <= Long.MIN_VALUE + 1 && high == Long.MAX_VALUE ? "" : " " + low + ".." + high));
    }

    private FlowFormatException bad(final String column, final String expected) {
        return new FlowFormatException(file, line, column, cell(column), expected);
    }
}
