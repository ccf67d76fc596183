package bourse.bench.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;

/** Main class of a process that measures one technique, so that no other has taught the compiler anything. Writes one line of JSON. */
public final class TechniqueRig {
    private TechniqueRig() {
    }

    /** The technique's name. */
    public static void main(final String[] args) throws IOException {
        final var sampler = new Sampler();
        TechniqueResult result;
        try {
            result = sampler.measure(Technique.named(args[0]));
        } catch (final Exception e) {
            result = new TechniqueResult(args[0], "", List.of(), e.toString());
        }
        System.err.println(sampler.sink());
        System.out.println(new ObjectMapper().writeValueAsString(result));
        System.exit(0);
    }
}
