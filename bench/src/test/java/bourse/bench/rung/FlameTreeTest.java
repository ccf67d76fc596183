package bourse.bench.rung;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlameTreeTest {
    @Test
    void shouldMergeStacksFromTheirRoots() {
        assertThat(FlameTree.of(List.of("java/lang/Thread.run_[j];bourse/A.b_[0];c 3", "java/lang/Thread.run_[0];bourse/A.b_[j] 2", "d e 1")))
                .isEqualTo("0 6 all\n1 5 Thread.run\n2 5 A.b\n3 3 c\n1 1 d e\n");
    }

    @Test
    void shouldKeepTheLargestFrames() {
        final List<String> stacks = new ArrayList<>();
        for (int i = 1; i <= 1_000; i++) {
            stacks.add("root;f" + i + " " + i);
        }
        final List<String> lines = FlameTree.of(stacks).lines().toList();
        assertThat(lines).hasSizeBetween(FlameTree.FRAMES - 2, FlameTree.FRAMES).contains("2 1000 f1000").doesNotContain("2 1 f1");
    }
}
