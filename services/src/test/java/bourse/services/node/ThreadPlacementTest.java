package bourse.services.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import bourse.services.config.ThreadsConfig;
import bourse.services.placement.Affinity;
import bourse.services.placement.CpuList;
import bourse.services.placement.Topology;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ThreadPlacementTest {
    private static final Topology TWO_NODES = new Topology(List.of(new Topology.Node(0, CpuList.parse("0-3"), 16 << 20),
        new Topology.Node(1, CpuList.parse("4-7"), 16 << 20)), CpuList.NONE);

    @BeforeEach
    void needLinux() {
        assumeThat(Affinity.allowed().isEmpty()).isFalse();
    }

    private static ThreadsConfig wanting(final CpuList engine) {
        return new ThreadsConfig(engine, CpuList.NONE, CpuList.NONE, CpuList.NONE);
    }

    @Test
    void shouldStartThreadsOfAPartOnItsCoresAndGoOnAnywhere() throws IOException {
        final CpuList first = CpuList.of(Affinity.allowed().first());
        final ThreadPlacement placement = new ThreadPlacement(wanting(first), TWO_NODES);
        final CompletableFuture<CpuList> seen = new CompletableFuture<>();

        placement.place("engine", first, () -> Thread.ofPlatform().start(() -> seen.complete(Affinity.current())));
        placement.sharesEngine("gateway");
        placement.place("network", CpuList.NONE, () -> { });

        assertThat(seen.join()).isEqualTo(first);
        assertThat(Affinity.current()).isEqualTo(Affinity.allowed());
        assertThat(placement.describe()).contains("engine on " + first).contains("gateway on the engine's thread, network anywhere")
            .contains("node1: cpus 4-7, 16 GB").doesNotContain("one node");
    }

    @Test
    void shouldRefuseACoreThatIsNotThere() {
        assertThatThrownBy(() -> new ThreadPlacement(wanting(CpuList.of(1_000)), TWO_NODES)).hasMessageContaining("threads.engine: 1000 (expected: of the cores");
    }
}
