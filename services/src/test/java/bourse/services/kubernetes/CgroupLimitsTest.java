package bourse.services.kubernetes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class CgroupLimitsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReadQuotaAndMemory() throws IOException {
        Files.writeString(folder.resolve("memory.max"), "4294967296\n");
        Files.writeString(folder.resolve("cpu.max"), "150000 100000\n");
        assertThat(CgroupLimits.read(folder)).isEqualTo(new CgroupLimits(4_294_967_296L, 1_500));
    }

    @Test
    void shouldBeUnlimitedWhereNothingIsSaid() throws IOException {
        assertThat(CgroupLimits.read(folder)).isEqualTo(new CgroupLimits(CgroupLimits.UNLIMITED, CgroupLimits.UNLIMITED));
        Files.writeString(folder.resolve("memory.max"), "max\n");
        Files.writeString(folder.resolve("cpu.max"), "max 100000\n");
        assertThat(CgroupLimits.read(folder)).isEqualTo(new CgroupLimits(CgroupLimits.UNLIMITED, CgroupLimits.UNLIMITED));
    }

    @Test
    void shouldReadTheFirstVersionToo(@TempDir final Path first) throws IOException {
        Files.createDirectories(first.resolve("memory"));
        Files.createDirectories(first.resolve("cpu"));
        Files.writeString(first.resolve("memory/memory.limit_in_bytes"), "805306368\n");
        Files.writeString(first.resolve("cpu/cpu.cfs_quota_us"), "150000\n");
        Files.writeString(first.resolve("cpu/cpu.cfs_period_us"), "100000\n");
        assertThat(CgroupLimits.read(first)).isEqualTo(new CgroupLimits(805_306_368L, 1500));
        Files.writeString(first.resolve("memory/memory.limit_in_bytes"), "9223372036854771712\n");
        Files.writeString(first.resolve("cpu/cpu.cfs_quota_us"), "-1\n");
        assertThat(CgroupLimits.read(first)).isEqualTo(new CgroupLimits(CgroupLimits.UNLIMITED, CgroupLimits.UNLIMITED));
    }
}
