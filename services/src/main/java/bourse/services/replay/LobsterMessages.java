package bourse.services.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A LOBSTER message file: seconds after midnight, type, order id, size, price (1/10000 $), direction (1 buy, -1 sell). Columns of
 * primitives, one index per message from 0.
 *
 * <p>Source of the format: lobsterdata.com, "Data structure".
 */
public final class LobsterMessages {
    public static final int SUBMISSION = 1;
    public static final int PARTIAL_CANCEL = 2;
    public static final int DELETION = 3;
    public static final int VISIBLE_EXECUTION = 4;
    public static final int HIDDEN_EXECUTION = 5;

    private static final String[] COLUMNS = {"time", "type", "order id", "size", "price", "direction"};

    private int count;
    private long[] timeNs = new long[1 << 16];
    private int[] type = new int[1 << 16];
    private long[] orderId = new long[1 << 16];
    private long[] size = new long[1 << 16];
    private long[] price = new long[1 << 16];
    private int[] direction = new int[1 << 16];

    private LobsterMessages() {
    }

    /** Reads a whole file, plain or gzip. Throws {@link FlowFormatException} for a line that is not a message. */
    public static LobsterMessages read(final Path file) throws IOException {
        final var messages = new LobsterMessages();
        try (BufferedReader in = TextLines.reader(file)) {
            int line = 0;
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                line++;
                if (!text.isBlank()) {
                    messages.add(file, line, text.strip());
                }
            }
        }
        if (messages.count == 0) {
            throw new FlowFormatException(file, "holds no message (expected: time,type,order id,size,price,direction)");
        }
        return messages;
    }

    private void add(final Path file, final int line, final String text) {
        final String[] cells = text.split(",", -1);
        if (cells.length != COLUMNS.length) {
            throw new FlowFormatException(file, line, Integer.toString(Math.min(cells.length, COLUMNS.length)), text,
                    "6 columns: time,type,order id,size,price,direction");
        }
        if (count == timeNs.length) {
            grow();
        }
        timeNs[count] = time(file, line, cells[0]);
        type[count] = (int) number(file, line, cells, 1, 1, 7);
        orderId[count] = number(file, line, cells, 2, 0, Long.MAX_VALUE);
        final boolean order = type[count] <= VISIBLE_EXECUTION;
        size[count] = number(file, line, cells, 3, order ? 1 : 0, 1L << 31);
        price[count] = number(file, line, cells, 4, order ? 1 : -1, 1L << 40);
        direction[count] = (int) number(file, line, cells, 5, -1, 1);
        if (order && direction[count] == 0) {
            throw new FlowFormatException(file, line, COLUMNS[5], cells[5], "1 or -1");
        }
        count++;
    }

    private static long time(final Path file, final int line, final String cell) {
        final int dot = cell.indexOf('.');
        try {
            final long seconds = Long.parseLong(dot < 0 ? cell : cell.substring(0, dot));
            final String fraction = (dot < 0 ? "" : cell.substring(dot + 1)) + "000000000";
            return seconds * 1_000_000_000L + Long.parseLong(fraction.substring(0, 9));
        } catch (final NumberFormatException e) {
            throw new FlowFormatException(file, line, COLUMNS[0], cell, "seconds after midnight, as 34200.189607670");
        }
    }

    private static long number(final Path file, final int line, final String[] cells, final int column, final long low,
                               final long high) {
        try {
            final long value = Long.parseLong(cells[column]);
            if (value >= low && value <= high) {
                return value;
            }
        } catch (final NumberFormatException e) {
            // falls through to the one message for both
        }
        throw new FlowFormatException(file, line, COLUMNS[column], cells[column], "an integer " + low + ".." + high);
    }

    private void grow() {
        final int length = timeNs.length * 2;
        timeNs = Arrays.copyOf(timeNs, length);
        type = Arrays.copyOf(type, length);
        orderId = Arrays.copyOf(orderId, length);
        size = Arrays.copyOf(size, length);
        price = Arrays.copyOf(price, length);
        direction = Arrays.copyOf(direction, length);
    }

    public int count() {
        return count;
    }

    /** Nanoseconds after midnight. */
    public long timeNs(final int index) {
        return timeNs[index];
    }

    public int type(final int index) {
        return type[index];
    }

    public long orderId(final int index) {
        return orderId[index];
    }

    /** Shares. */
    public long size(final int index) {
        return size[index];
    }

    /** 1/10000 dollar. */
    public long price(final int index) {
        return price[index];
    }

    /** 1 = buy, -1 = sell; of executions the resting order's. */
    public int direction(final int index) {
        return direction[index];
    }
}
