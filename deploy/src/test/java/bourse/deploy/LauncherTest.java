package bourse.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./bourse}, {@code make} and the script that finds a JDK for both. */
class LauncherTest {
    @TempDir
    private Path directory;

    @Test
    void shouldPrintHelp() throws Exception {
        assertThat(new Terminal().run("./bourse", "--help").expectSuccess()).contains("Usage: bourse");
    }

    @Test
    void shouldStartThroughALinkFromAnotherDirectory() throws Exception {
        final Path link = Files.createSymbolicLink(directory.resolve("bourse"), Terminal.ROOT.resolve("bourse"));

        assertThat(new Terminal().run("sh", "-c", "cd / && " + link + " --version").expectSuccess()).startsWith("bourse ");
    }

    @Test
    void shouldPassTheExitStatusOfWrongUsage() throws Exception {
        assertThat(new Terminal().run("./bourse", "no-such-command").status()).isEqualTo(2);
    }

    @Test
    void shouldPrintNothingOfItsOwnBesideAnArchiveThatDoesNotFit() throws Exception {
        final Path jar = Files.createSymbolicLink(directory.resolve("bourse.jar"), Terminal.ROOT.resolve("deploy/target/bourse.jar"));
        Files.writeString(directory.resolve("bourse.jsa"), "not an archive");

        final Terminal.Result result = new Terminal().with("BOURSE_JAR", jar.toString()).run("./bourse", "--version");

        assertThat(result.expectSuccess().lines().toList()).hasSize(1).first().asString().startsWith("bourse ");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void shouldTakeTheJdkOfJavaHome() throws Exception {
        final Path jdk = jdk("25.0.1");

        assertThat(new Terminal().with("JAVA_HOME", jdk.toString()).run(".build/find-jdk").expectSuccess().trim()).isEqualTo(jdk.toString());
    }

    @Test
    void shouldPassOverAnOldJavaHome() throws Exception {
        final Path newer = Files.createDirectories(directory.resolve(".sdkman/candidates/java")).resolve("25.0.1-tem");
        Files.move(jdk("25.0.1"), newer);

        final String found = new Terminal().with("JAVA_HOME", jdk("17.0.2").toString()).with("HOME", directory.toString()).run(".build/find-jdk")
            .expectSuccess().trim();

        assertThat(found).isNotEqualTo(directory.resolve("17.0.2").toString());
    }

    @Test
    void shouldSayInOneLineHowToGetAJdk() throws Exception {
        final String script = Files.readString(Terminal.ROOT.resolve(".build/find-jdk")).replaceAll("(?m)/(usr|opt|Library)/", "/nowhere/");
        final Path blind = Files.writeString(directory.resolve("find-jdk"), script);

        final Terminal.Result result = new Terminal().with("JAVA_HOME", "/nowhere").with("HOME", "/nowhere").with("PATH", "/bin:/nowhere")
            .run("env", "PATH=" + Files.createDirectory(directory.resolve("empty")), "/bin/sh", blind.toString());

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err().lines().toList()).hasSize(1).first().asString().contains("JDK 25", "temurin-25-jdk", "JAVA_HOME");
    }

    @Test
    void shouldListTheCommandsOfMake() throws Exception {
        assertThat(new Terminal().run("make", "help").expectSuccess()).contains("make run", "make test", "make bench", "make lint");
    }

    private Path jdk(final String version) throws Exception {
        final Path home = Files.createDirectories(directory.resolve(version));
        Files.createDirectories(home.resolve("bin"));
        final Path javac = Files.writeString(home.resolve("bin/javac"), "#!/bin/sh\n");
        assertThat(javac.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
