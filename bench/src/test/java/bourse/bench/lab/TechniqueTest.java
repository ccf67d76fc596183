package bourse.bench.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bourse.services.placement.Affinity;
import org.junit.jupiter.api.Test;

/** Each technique runs in each of its variants; how fast is not asked here. */
class TechniqueTest {
    @Test
    void shouldRunEveryVariant() throws Exception {
        for (final Technique technique : Technique.all()) {
            assertThat(technique.variants()).as(technique.name()).hasSizeGreaterThan(1);
            for (final Technique.Variant variant : technique.variants()) {
                final Technique.Work work = variant.work().get();
                assertThat(work.run(3_000)).as("%s: %s", technique.name(), variant.name()).isNotZero();
                if (work instanceof AutoCloseable closeable) {
                    closeable.close();
                }
            }
        }
        Affinity.release();
    }

    @Test
    void shouldTradeInTheNaiveBookAsTheStreamWasMade() {
        final NaiveBook book = new NaiveBook(true);
        book.enter(1L, true, 100L, 10, false);
        book.enter(2L, true, 101L, 10, false);
        book.enter(3L, false, 100L, 15, false);
        assertThat(book.trades()).isEqualTo(2);
        book.cancel(1L);
        book.enter(4L, false, 1L, 5, true);
        assertThat(book.trades()).isEqualTo(2);
    }

    @Test
    void shouldSayWhichTechniquesThereAre() {
        assertThatThrownBy(() -> Technique.named("magic")).hasMessageContaining("technique: magic (expected: one of [whole-book");
    }
}
