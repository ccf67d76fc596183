package bourse.bench.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces whose answers can be counted on paper. */
class CacheSimulatorTest {
    /** Four sets of two ways, lines of 64 bytes: 512 bytes. */
    private final CacheLevel cache = new CacheLevel("L1", 512, 2, 64);

    @Test
    void shouldMissOnceALineAndHitItsOtherBytes() {
        for (long address = 0; address < 256; address += 8) {
            assertThat(cache.access(address)).isEqualTo(address % 64 != 0);
        }
        assertThat(cache.misses()).isEqualTo(4);
        assertThat(cache.hits()).isEqualTo(28);
    }

    @Test
    void shouldReplaceTheLineThatWasUsedLongestAgo() {
        // Lines 0, 4 and 8 share set 0, which has two ways.
        assertThat(cache.access(0)).isFalse();
        assertThat(cache.access(4 * 64)).isFalse();
        assertThat(cache.access(0)).isTrue();
        assertThat(cache.access(8 * 64)).isFalse();
        assertThat(cache.access(0)).as("used after line 4, so line 4 went").isTrue();
        assertThat(cache.access(4 * 64)).isFalse();
        assertThat(cache.access(8 * 64)).as("line 4 took the place of line 8").isFalse();
        assertThat(cache.access(1 * 64)).as("another set is another matter").isFalse();
    }

    @Test
    void shouldNeverHitALoopOneLineLargerThanASet() {
        // Three lines in turn through two ways: what least-recently-used does worst.
        for (int i = 0; i < 30; i++) {
            cache.access(i % 3 * 4L * 64);
        }
        assertThat(cache.hits()).isZero();
        assertThat(cache.misses()).isEqualTo(30);
    }

    @Test
    void shouldAskTheNextLevelForWhatTheFirstMissesAndCountByStructure() {
        final CacheSimulator simulator = new CacheSimulator(new CacheGeometry("test", List.of(
                new CacheGeometry.Level("L1", 128, 1, 64, 1), new CacheGeometry.Level("L2", 512, 8, 64, 1))), 2);
        // Two sets of one way in L1: lines 0 and 2 push each other out of it, but not out of L2.
        simulator.access(0, 0, 8);
        simulator.access(0, 128, 8);
        simulator.access(0, 0, 8);
        simulator.access(0, 128, 8);
        simulator.access(1, 64, 8);
        simulator.access(1, 64, 8);
        // Eight bytes over the end of a line touch two.
        simulator.access(1, 60, 8);

        assertThat(simulator.found(0, 0)).isZero();
        assertThat(simulator.found(0, 1)).isEqualTo(2);
        assertThat(simulator.found(0, 2)).isEqualTo(2);
        assertThat(simulator.found(1, 0)).isEqualTo(2);
        assertThat(simulator.found(1, 1)).isEqualTo(1);
        assertThat(simulator.found(1, 2)).isEqualTo(1);
        assertThat(simulator.accesses(1)).isEqualTo(4);
    }

    @Test
    void shouldReadAGeometryAsLinuxTellsIt(@TempDir final Path folder) throws IOException {
        index(folder, 0, "Data", "1", "48K", "12", "1");
        index(folder, 1, "Instruction", "1", "32K", "8", "1");
        index(folder, 2, "Unified", "2", "2048K", "16", "3");

        final CacheGeometry geometry = CacheGeometry.read(folder);

        assertThat(geometry.source()).isEqualTo("sysfs");
        assertThat(geometry.levels()).containsExactly(new CacheGeometry.Level("L1", 48 << 10, 12, 64, 1),
                new CacheGeometry.Level("L2", 2 << 20, 16, 64, 2));
        assertThat(CacheGeometry.read(folder.resolve("nowhere"))).isEqualTo(CacheGeometry.defaults());
    }

    private static void index(final Path folder, final int number, final String type, final String level, final String size, final String ways,
                              final String map) throws IOException {
        final Path index = Files.createDirectories(folder.resolve("index" + number));
        Files.writeString(index.resolve("type"), type + "\n");
        Files.writeString(index.resolve("level"), level + "\n");
        Files.writeString(index.resolve("size"), size + "\n");
        Files.writeString(index.resolve("ways_of_associativity"), ways + "\n");
        Files.writeString(index.resolve("coherency_line_size"), "64\n");
        Files.writeString(index.resolve("shared_cpu_map"), map + "\n");
    }

    @Test
    void shouldRefuseAGeometryThatCannotBe() {
        assertThatThrownBy(() -> new CacheLevel("L1", 500, 2, 64)).hasMessageContaining("L1: bytes 500, ways 2, line 64");
    }

    @Test
    void shouldTraceTheRealBookByStructure() throws IOException, ReflectiveOperationException {
        final CacheReport report = CacheReport.of(CacheGeometry.defaults(), List.of(500));

        assertThat(report.workloads()).hasSize(1);
        final CacheReport.Workload workload = report.workloads().getFirst();
        assertThat(workload.accessesPerCommand()).isBetween(5.0, 500.0);
        assertThat(workload.rows()).extracting(CacheReport.Row::structure).contains("order slots", "price levels", "ladder of a side", "id indices");
        // 500 live orders of 64 bytes fit L2: next to nothing goes to memory once it is warm.
        assertThat(workload.rows()).filteredOn(row -> "order slots".equals(row.structure())).allSatisfy(row ->
                assertThat(row.hitPercent().get(0) + row.hitPercent().get(1)).isGreaterThan(95));
    }
}
