/**
 * The five market regimes of a public benchmark of matching algorithms, written anew after its documents (flash1-dev/matching-engine-benchmark,
 * docs/METHODOLOGY.md): a geometric Brownian mid, power-law depth with a hump, short-lived orders, modifies and late duplicates. The random
 * numbers are ours, so messages are alike, not equal; what counts is the worst of the five.
 */
package bourse.bench.regime;
