/** Which thread runs on which core: what the machine has, what the configuration wants, and how the kernel is told. Cold. */
package bourse.services.placement;
