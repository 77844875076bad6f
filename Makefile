# Mutants of the library, to see what its tests would not notice: see
# internal/mutate/doc.go. FLAGS are for the program, as in
#
#	make mutate FLAGS='-pkgs internal/engine -seed 7 -v'

.PHONY: mutate mutate-nightly

mutate:
	go run ./internal/mutate $(FLAGS)

# 20 mutants, others every day. The share of so few is a rough figure: four
# survivors are a sign that something is wrong, two are not.
mutate-nightly:
	go run ./internal/mutate -n 20 -seed $$(date -u +%Y%m%d) -least 0.85 $(FLAGS)
