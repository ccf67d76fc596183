package bourse.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The one jar holds what each of its parts needs, and starts. */
class ExecutableJarTest {
    private static final String JAVA = System.getProperty("java.home") + "/bin/java";

    @Test
    void shouldStartWithoutTheLauncher() throws Exception {
        final Terminal.Result help = new Terminal().run(JAVA, "-jar", Terminal.JAR.toString(), "--help");

        assertThat(help.expectSuccess()).contains("Usage: bourse", "bench");
    }

    @Test
    void shouldSayWhichVersionItIs() throws Exception {
        assertThat(new Terminal().run(JAVA, "-jar", Terminal.JAR.toString(), "--version").expectSuccess()).containsPattern("bourse \\d+\\.\\d+\\.\\d+");
    }

    @Test
    void shouldOpenInItsManifestWhatAgronaAndNettyNeed() throws Exception {
        try (JarFile jar = new JarFile(Terminal.JAR.toFile())) {
            final Attributes manifest = jar.getManifest().getMainAttributes();

            assertThat(manifest.getValue("Add-Opens")).contains("java.base/jdk.internal.misc", "java.base/sun.nio.ch");
            assertThat(manifest.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
            assertThat(manifest.getValue("Multi-Release")).isEqualTo("true");
        }
    }

    @Test
    void shouldMergeTheServiceFilesOfItsParts() throws Exception {
        assertThat(providers("io.grpc.NameResolverProvider")).contains("io.grpc.internal.DnsNameResolverProvider");
        assertThat(providers("io.grpc.LoadBalancerProvider")).contains("io.grpc.internal.PickFirstLoadBalancerProvider");
        assertThat(providers("io.grpc.ManagedChannelProvider")).contains("io.grpc.netty.NettyChannelProvider");
        assertThat(providers("bourse.services.cli.CommandProvider")).isNotEmpty();
    }

    @Test
    void shouldLeaveOutTheSignaturesOfOtherJars() throws Exception {
        try (JarFile jar = new JarFile(Terminal.JAR.toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.matches("META-INF/[^/]*\\.(SF|RSA|DSA)"))).isEmpty();
        }
    }

    private static List<String> providers(final String service) throws IOException {
        try (JarFile jar = new JarFile(Terminal.JAR.toFile())) {
            final ZipEntry entry = jar.getEntry("META-INF/services/" + service);
            assertThat(entry).as(service).isNotNull();
            return new String(jar.getInputStream(entry).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).lines().toList();
        }
    }
}
