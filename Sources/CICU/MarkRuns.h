#ifndef BPEDROP_MARK_RUNS_H
#define BPEDROP_MARK_RUNS_H

#include <cstdint>
#include <string>
#include <vector>

#include <unicode/normalizer2.h>

// A long run of combining marks that are out of canonical order, with an equivalent text that ICU
// sorts in linear time.
struct mark_run {
  int32_t start;
  int32_t end;
  std::string ordered;
};

// The long unordered runs of a text, in order.
std::vector<mark_run> find_mark_runs(const icu::Normalizer2 &normalizer, const char *text,
                                     int32_t length);

// Whether a text has such a run, and hence is not normalized.
bool has_mark_run(const icu::Normalizer2 &normalizer, const char *text, int32_t length);

#endif
