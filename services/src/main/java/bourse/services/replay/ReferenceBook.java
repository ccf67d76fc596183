package bourse.services.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A LOBSTER orderbook file: line k is the book after row k, as ask price, ask size, bid price, bid size for each level, best first;
 * a price of 9999999999 (ask) or -9999999999 (bid) or a size of 0 = no level. Rows are numbered from 1.
 */
public final class ReferenceBook {
    private static final long NO_PRICE = 9_999_999_999L;
    private static final int CELLS_PER_LEVEL = 4;
    private static final int MAX_LEVELS = 200;

    private final int levels;
    private final List<long[]> rows;

    private ReferenceBook(final int levels, final List<long[]> rows) {
        this.levels = levels;
        this.rows = rows;
    }

    /** Reads a whole file, plain or gzip. */
    public static ReferenceBook read(final Path file) throws IOException {
        final List<long[]> rows = new ArrayList<>();
        int columns = 0;
        try (BufferedReader in = TextLines.reader(file)) {
            int line = 0;
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                line++;
                if (text.isBlank()) {
                    continue;
                }
                final long[] cells = parse(file, line, text.strip());
                if (columns == 0) {
                    columns = cells.length;
                    if (columns % CELLS_PER_LEVEL != 0 || columns > MAX_LEVELS * CELLS_PER_LEVEL) {
                        throw new FlowFormatException(file, line, "count", Integer.toString(columns),
                                "a multiple of 4 up to 800: ask price,ask size,bid price,bid size per level");
                    }
                } else if (cells.length != columns) {
                    throw new FlowFormatException(file, line, "count", Integer.toString(cells.length),
                            columns + ", as in the lines before");
                }
                rows.add(cells);
            }
        }
        if (rows.isEmpty()) {
            throw new FlowFormatException(file, "holds no row (expected: ask price,ask size,bid price,bid size per level)");
        }
        return new ReferenceBook(columns / CELLS_PER_LEVEL, rows);
    }

    private static long[] parse(final Path file, final int line, final String text) {
        final String[] cells = text.split(",", -1);
        final long[] values = new long[cells.length];
        for (int i = 0; i < cells.length; i++) {
            try {
                values[i] = Long.parseLong(cells[i].strip());
            } catch (final NumberFormatException e) {
                throw new FlowFormatException(file, line, Integer.toString(i + 1), cells[i], "an integer");
            }
        }
        return values;
    }

    /** Levels a side that the file shows. */
    public int levels() {
        return levels;
    }

    public int rows() {
        return rows.size();
    }

    /** Levels on a side of row {@code row}. */
    public int depth(final int row, final boolean buy) {
        final long[] cells = rows.get(row - 1);
        int depth = 0;
        for (int level = 0; level < levels; level++) {
            depth += present(cells, level, buy) ? 1 : 0;
        }
        return depth;
    }

    /**
     * Writes the levels of a side, best first, as price, quantity pairs into {@code out} (at least twice {@link #levels()} long).
     *
     * @return how many levels
     */
    public int read(final int row, final boolean buy, final long[] out) {
        final long[] cells = rows.get(row - 1);
        int depth = 0;
        for (int level = 0; level < levels; level++) {
            if (present(cells, level, buy)) {
                out[2 * depth] = cells[CELLS_PER_LEVEL * level + (buy ? 2 : 0)];
                out[2 * depth + 1] = cells[CELLS_PER_LEVEL * level + (buy ? 3 : 1)];
                depth++;
            }
        }
        return depth;
    }

    private static boolean present(final long[] cells, final int level, final boolean buy) {
        final int at = CELLS_PER_LEVEL * level + (buy ? 2 : 0);
        return Math.abs(cells[at]) != NO_PRICE && cells[at + 1] > 0;
    }
}
