package bourse.gateway.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether the lines of an audit log are those that were written, none changed, removed from the middle or inserted: hashes, numbers and log positions in one go over all
 * files. What a chain cannot tell is whether its last lines were cut off: compare {@link Result#lastHash()} with one that was noted elsewhere. Any thread.
 */
public final class AuditVerifier {
    /**
     * What was found.
     *
     * @param problem null = all is well, else where and what
     */
    public record Result(int files, long lines, long firstSeq, long lastSeq, long lastLogPosition, String lastHash, String problem) {
    }

    private long lines;
    private long firstSeq;
    private long lastSeq;
    private long lastLogPosition;
    private String lastHash;

    private final String wantedHash;
    private boolean isFound;

    private AuditVerifier(final String wantedHash) {
        this.wantedHash = wantedHash;
    }

    /** @param place a folder of {@code audit-*.log}, or one of these files */
    public static Result verify(final Path place) throws IOException {
        return verify(place, null);
    }

    /** @param wantedHash one that the log had when it was noted; null = none */
    public static Result verify(final Path place, final String wantedHash) throws IOException {
        final List<Path> files = Files.isDirectory(place) ? AuditLog.filesOf(place) : List.of(place);
        if (files.isEmpty()) {
            throw new IOException(place + ": no audit log (expected: a folder with audit-*.log, or one such file)");
        }
        final AuditVerifier verifier = new AuditVerifier(wantedHash);
        String problem = null;
        for (int i = 0; i < files.size() && problem == null; i++) {
            problem = verifier.file(files.get(i), i > 0 || AuditFormat.fileNumber(files.get(i).getFileName().toString()) == 1);
        }
        if (problem == null && wantedHash != null && !verifier.isFound) {
            problem = place + ": no record has the hash " + wantedHash + " (expected: the one that was noted): the end of the log was cut off or written anew";
        }
        return new Result(files.size(), verifier.lines, verifier.firstSeq, verifier.lastSeq, verifier.lastLogPosition, verifier.lastHash, problem);
    }

    /** @param isChained false for the oldest file that is kept: what its first line goes on from is gone */
    private String file(final Path file, final boolean isChained) throws IOException {
        boolean isTrusted = isChained;
        if (lastHash == null && isChained) {
            lastHash = AuditFormat.GENESIS;
        }
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                number++;
                final AuditFormat.Line line = AuditFormat.parse(text);
                if (line == null) {
                    return file + ":" + number + ": not a whole record (expected: one line of JSON that ends with its hash)";
                }
                final String problem = problem(line, isTrusted);
                if (problem != null) {
                    return file + ":" + number + ": " + problem;
                }
                isTrusted = true;
                take(line);
            }
        }
        return null;
    }

    private String problem(final AuditFormat.Line line, final boolean isTrusted) {
        if (isTrusted && !AuditFormat.hash(lastHash, line.content()).equals(line.hash())) {
            return "hash: " + line.hash() + " (expected: " + AuditFormat.hash(lastHash, line.content())
                + "): this record, or the one before, is not the one that was written";
        }
        if (lines > 0 && line.seq() != lastSeq + 1) {
            return "seq: " + line.seq() + " (expected: " + (lastSeq + 1) + ")";
        }
        if (line.logPosition() < lastLogPosition) {
            return "logPosition: " + line.logPosition() + " (expected: " + lastLogPosition + " or more)";
        }
        return null;
    }

    private void take(final AuditFormat.Line line) {
        if (lines++ == 0) {
            firstSeq = line.seq();
        }
        lastSeq = line.seq();
        lastLogPosition = line.logPosition();
        lastHash = line.hash();
        isFound |= lastHash.equals(wantedHash);
    }
}
