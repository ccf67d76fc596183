package bourse.bench.cli;

import bourse.bench.core.CoreReport;
import bourse.services.cli.Bourse;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A core rung in a JVM of its own, with this one's options. Compiled code remembers what it has seen: after the book rung the matcher knows two listeners
 * and calls neither directly, which the engine rung would pay for (it took half as long again).
 */
final class OwnJvm {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private OwnJvm() {
    }

    /** Runs {@code bourse bench core} on the stream in this file with further arguments. */
    static CoreReport core(final Path stream, final String name, final List<String> arguments) throws IOException, InterruptedException {
        final Path report = Files.createTempFile("bourse-core", ".json");
        try {
            final List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            final String classPath = System.getProperty("java.class.path");
            // Only as a jar does it have what its manifest opens.
            command.addAll(classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator) ? List.of("-jar", classPath)
                    : List.of("-cp", classPath, Bourse.class.getName()));
            command.addAll(List.of("bench", "core", "--stream", stream.toString(), "--json=" + report));
            command.addAll(arguments);
            final int status = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
            if (status != 0) {
                throw new IOException("the core rung ended with exit status " + status + ": " + String.join(" ", command));
            }
            final ObjectNode tree = (ObjectNode) MAPPER.readTree(report.toFile());
            return MAPPER.treeToValue(tree.put("stream", name), CoreReport.class);
        } finally {
            Files.deleteIfExists(report);
        }
    }
}
