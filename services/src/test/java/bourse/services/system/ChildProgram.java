package bourse.services.system;

import org.agrona.IoUtil;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * The class path of this JVM as one jar that says in its manifest what it opens, and an archive of its classes: a process that is started by them is ready in half the
 * time. {@code --add-opens} on a command line, or a directory on the class path, and the JVM would not use the archive. Made once after each change.
 */
final class ChildProgram {
    private static final Path HOME = Path.of("target", "venue-child").toAbsolutePath();
    private static final Path JAR = HOME.resolve("venue.jar");
    /** The class path; written last. */
    private static final Path MADE_OF = HOME.resolve("class-path");
    private static final Path ARCHIVE = HOME.resolve("venue.jsa");
    /** Writes the archive beside the jar, as for the release's. */
    private static final Path ARCHIVE_WRITER = Path.of("..", ".build", "class-archive").toAbsolutePath().normalize();

    private static List<String> options;

    private ChildProgram() {
    }

    /** For the JVM, the last of them the jar. */
    static synchronized List<String> options() {
        if (options == null) {
            final List<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of).filter(Files::exists).toList();
            try {
                if (!isNewerThan(classPath)) {
                    make(classPath);
                }
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
            options = new ArrayList<>(List.of("--sun-misc-unsafe-memory-access=allow"));
            if (Files.exists(ARCHIVE)) {
                options.addAll(List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xlog:cds=off", "-Xlog:aot=off"));
            }
            options.addAll(List.of("-jar", JAR.toString()));
        }
        return options;
    }

    private static boolean isNewerThan(final List<Path> classPath) throws IOException {
        if (!Files.exists(MADE_OF) || !Files.readString(MADE_OF).equals(classPath.toString())) {
            return false;
        }
        final FileTime made = Files.getLastModifiedTime(JAR);
        for (final Path entry : classPath) {
            try (Stream<Path> files = Files.walk(entry)) {
                for (final Path file : files.toList()) {
                    if (Files.getLastModifiedTime(file).compareTo(made) > 0) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static void make(final List<Path> classPath) throws IOException {
        IoUtil.delete(HOME.toFile(), true);
        Files.createDirectories(HOME);
        final StringJoiner jars = new StringJoiner(" ");
        for (int i = 0; i < classPath.size(); i++) {
            final Path entry = classPath.get(i);
            final Path jar = Files.isDirectory(entry) ? pack(entry, HOME.resolve("classes-" + i + ".jar")) : entry.toAbsolutePath();
            // Relative: the archive's writer knows no addresses of files.
            jars.add(HOME.relativize(jar).toString().replace(" ", "%20"));
        }
        final Manifest manifest = new Manifest();
        final Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.CLASS_PATH, jars.toString());
        main.put(Attributes.Name.MAIN_CLASS, "bourse.services.cli.Bourse");
        main.put(new Attributes.Name("Add-Opens"), "java.base/jdk.internal.misc java.base/java.util.zip java.base/sun.nio.ch");
        main.put(new Attributes.Name("Enable-Native-Access"), "ALL-UNNAMED");
        try (OutputStream out = Files.newOutputStream(JAR); JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.finish();
        }
        writeArchive();
        Files.writeString(MADE_OF, classPath.toString());
    }

    private static Path pack(final Path directory, final Path target) throws IOException {
        try (Stream<Path> files = Files.walk(directory); OutputStream out = Files.newOutputStream(target); JarOutputStream jar = new JarOutputStream(out)) {
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(directory.relativize(file).toString()));
                Files.copy(file, jar);
            }
        }
        return target;
    }

    /** Without it, and it says why, the processes start slower. */
    private static void writeArchive() throws IOException {
        final Process process = new ProcessBuilder(ARCHIVE_WRITER.toString(), JAR.toString()).redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            process.waitFor();
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
