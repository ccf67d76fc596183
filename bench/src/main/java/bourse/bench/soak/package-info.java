/** Whether a venue under steady load stays what it was: memory, descriptors, latencies. */
package bourse.bench.soak;
