# What all R peers share: the births, a stopwatch of CPU seconds, and the files that the judge reads.
suppressPackageStartupMessages(library(data.table))
setDTthreads(1)

arguments <- commandArgs(trailingOnly = TRUE)
script <- arguments[1]
task <- arguments[2]
folder <- arguments[3]

Z90 <- qnorm(0.95)
ALERT <- 1.15
WINDOW <- 24
SECOND_UP <- c(0.35, 0.10) / 0.45 # shares of order 2 and 3+ among births of order 2 and higher, as in the world
LOADING <- c(0, 1, 1.5)           # the world's own, given to every peer

cpu <- function() sum(proc.time()[c("user.self", "sys.self", "user.child", "sys.child")], na.rm = TRUE)
stages <- c()
last <- cpu()

# The file is written anew at each stage: a peer that is stopped at its limit has told what it finished.
lap <- function(name) {
  now <- cpu()
  stages[[name]] <<- (if (name %in% names(stages)) stages[[name]] else 0) + now - last
  last <<- now
  tell()
}

versions <- c(R = as.character(getRversion()))
use <- function(package) {
  suppressPackageStartupMessages(library(package, character.only = TRUE))
  versions[[package]] <<- as.character(packageVersion(package))
}

scores <- list()
notes <- c()
note <- function(...) notes <<- c(notes, paste0(...))

quoted <- function(x) paste0('"', gsub('"', "'", gsub("\\", "/", x, fixed = TRUE), fixed = TRUE), '"')
tell <- function() {
  object <- function(x) paste0("{", paste0(quoted(names(x)), ": ", x, collapse = ", "), "}")
  seconds <- setNames(sprintf("%.4f", unlist(stages)), names(stages))
  told <- sprintf('{"stages": %s, "versions": %s, "evaluations": %d, "notes": [%s]}', object(seconds),
                  object(setNames(quoted(versions), names(versions))), max(1L, length(scores)),
                  if (length(notes)) paste(quoted(gsub("[[:cntrl:]]+", " ", notes)), collapse = ", ") else "")
  writeLines(told, file.path(folder, paste0(task, ".json")))
}

read_cells <- function() {
  cells <- fread(file.path(folder, "cells.csv"))
  cells[, L := LOADING[order]]
  cells[, birth_order := factor(order)]
  for (name in c("township", "county", "prefecture")) cells[, (name) := factor(get(name))]
  cells
}

half_years <- function(cells) {
  rows <- cells[, .(boys = sum(boys), girls = sum(girls)),
                by = .(township, county, prefecture, half = month %/% 6, order, birth_order, L)]
  rows[, county_half := factor(paste(county, half))]
  rows[]
}

# Births of the last two years up to a month, one row for each township and order; all three orders stand in the table.
window_rows <- function(cells, upto) {
  cells[month > upto - WINDOW & month <= upto, .(boys = sum(boys), girls = sum(girls)),
        by = .(township, county, prefecture, order, birth_order, L)]
}

# The same by half-years, counted backwards from that month: 3 is the last.
window_halves <- function(cells, upto) {
  rows <- cells[month > upto - WINDOW & month <= upto]
  rows <- rows[, .(boys = sum(boys), girls = sum(girls)),
               by = .(township, county, prefecture, half = (month - upto + WINDOW - 1) %/% 6, order, birth_order, L)]
  rows[, county_half := factor(paste(county, half))]
  rows[]
}

write_estimates <- function(rows, mean, sd) {
  table <- data.table(township = as.integer(as.character(rows$township)), half = rows$half, order = rows$order,
                      mean = mean, lower = mean - Z90 * sd, upper = mean + Z90 * sd)
  fwrite(table, file.path(folder, paste0(task, ".estimates.csv")), na = "nan")
}

evaluated_months <- function(cells) seq(WINDOW - 1, max(cells$month), by = 3)

# The longest list whose expected share of false ones is at most `share`.
bayes_fdr <- function(p, share = 0.10) {
  ranked <- base::order(-p)
  expected <- cumsum(1 - p[ranked]) / seq_along(p)
  chosen <- logical(length(p))
  if (any(expected <= share)) chosen[ranked[seq_len(max(which(expected <= share)))]] <- TRUE
  chosen
}

# Keeps one evaluation; what is finished is on the disk even when the peer is stopped.
keep_scores <- function(month, township, score, flagged) {
  scores[[length(scores) + 1]] <<- data.table(township = township, month = month, score = score,
                                              flagged = as.integer(flagged))
  fwrite(rbindlist(scores), file.path(folder, paste0(task, ".scores.csv")))
}
