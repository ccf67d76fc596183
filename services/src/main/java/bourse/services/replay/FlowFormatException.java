package bourse.services.replay;

import java.nio.file.Path;

/** A line of an input file is not what it should be. Says file, line, column, what stands there and what is expected. */
public final class FlowFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param line   1-based
     * @param column name of the column, or its 1-based number
     */
    public FlowFormatException(final Path file, final int line, final String column, final String found, final String expected) {
        super(file + ":" + line + ": column " + column + ": \"" + found + "\" (expected: " + expected + ")");
    }

    /** The file as a whole. */
    public FlowFormatException(final Path file, final String what) {
        super(file + ": " + what);
    }
}
