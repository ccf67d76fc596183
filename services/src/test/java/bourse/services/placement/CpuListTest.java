package bourse.services.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {
    @Test
    void shouldReadAndWriteAsTheKernelDoes() {
        assertThat(CpuList.parse("8, 0-2,3").toString()).isEqualTo("0-3,8");
        assertThat(CpuList.parse("0-3,8").count()).isEqualTo(5);
        assertThat(CpuList.parse(" ")).isEqualTo(CpuList.NONE);
        assertThat(CpuList.parse("0-3").contains(CpuList.parse("1,3"))).isTrue();
        assertThat(CpuList.parse("0-3").contains(CpuList.parse("3-4"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3-1", "a", "1,", "-1", "0-1024", "1 2"})
    void shouldRefuseWhatIsNoList(final String text) {
        assertThatThrownBy(() -> CpuList.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("\"" + text + "\"");
    }

    @Test
    void shouldBindAThreadAndThoseThatItStarts() throws InterruptedException {
        assumeThat(Affinity.allowed().isEmpty()).as("Linux").isFalse();
        final CpuList last = CpuList.of(Affinity.allowed().bits().length() - 1);
        final CompletableFuture<CpuList> inherited = new CompletableFuture<>();
        final CompletableFuture<CpuList> released = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            Affinity.bind(last);
            Thread.ofPlatform().start(() -> inherited.complete(Affinity.current()));
            Affinity.release();
            released.complete(Affinity.current());
        }).join();

        assertThat(inherited.join()).isEqualTo(last);
        assertThat(released.join()).isEqualTo(Affinity.allowed());
        assertThat(Affinity.bind(1_023)).as("a core that is not there").isFalse();
    }
}
