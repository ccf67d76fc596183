/**
 * What the operator decides, as immutable records that are read once and checked: a YAML file, over it the environment, over that
 * {@code --set}. Cold. A value out of range, an unknown key or a wrong type ends the start with the key's full name and what was expected.
 */
package bourse.services.config;
