package bourse.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import bourse.gateway.refusal.RichStatus;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.grpc.Status;

class TokenDeskTest {
    private static final Credential ALICE = new Credential("alice", 1, EnumSet.of(Right.TRADE), null, Long.MAX_VALUE, 0);

    /** What was answered: a subject, or the code of a refusal. */
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(10_000);
    private final TokenDesk desk = new TokenDesk();

    @AfterEach
    void close() {
        desk.close();
    }

    private void ask(final TokenDesk.Check check, final boolean isAbandoned) {
        desk.ask(check, () -> isAbandoned, Runnable::run, (credential, refusal) ->
            answers.add(credential != null ? credential.subject() : refusal.status().getCode().name()));
    }

    private String answer() throws InterruptedException {
        return answers.poll(5, TimeUnit.SECONDS);
    }

    @Test
    void shouldAnswerWhateverBecomesOfACheck() throws Exception {
        ask(() -> ALICE, false);
        assertThat(answer()).isEqualTo("alice");
        ask(() -> {
            throw new Authenticator.RefusedException(RichStatus.plain(Status.UNAUTHENTICATED));
        }, false);
        assertThat(answer()).isEqualTo("UNAUTHENTICATED");
        ask(() -> {
            throw new IllegalStateException("a mistake of ours");
        }, false);
        assertThat(answer()).isEqualTo("INTERNAL");
    }

    @Test
    void shouldCheckNothingThatNobodyWaitsFor() throws Exception {
        ask(() -> {
            answers.add("checked");
            return ALICE;
        }, true);
        ask(() -> ALICE, false);
        assertThat(answer()).isEqualTo("alice");
    }

    @Test
    void shouldRefuseWhatItHasNoRoomForAndAnswerTheRest() throws Exception {
        final CountDownLatch goOn = new CountDownLatch(1);
        final CountDownLatch begun = new CountDownLatch(1);
        ask(() -> {
            begun.countDown();
            try {
                goOn.await();
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return ALICE;
        }, false);
        assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 1_024; i++) {
            ask(() -> ALICE, false);
        }
        assertThat(answers).isEmpty();
        ask(() -> ALICE, false);
        assertThat(answers.remove()).isEqualTo("RESOURCE_EXHAUSTED");
        goOn.countDown();
        for (int i = 0; i < 1_025; i++) {
            assertThat(answer()).isEqualTo("alice");
        }
    }
}
