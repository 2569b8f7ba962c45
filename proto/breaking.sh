#!/bin/sh
# Compares the contracts with the ones before this work, and fails where a caller built with those would break.
# Before this work is: $CONTRACTS_BEFORE if given; on a branch, where it left main; on main, its last commit while
# there are uncommitted changes, and otherwise the commit before that.
set -eu
cd "$(dirname "$0")"

earlier_commit() {
  for main in origin/main main; do
    fork=$(git merge-base HEAD "$main" 2>/dev/null) || continue
    if [ "$fork" != "$(git rev-parse HEAD)" ]; then echo "$fork" && return; fi
  done
  if [ -n "$(git status --porcelain -- .)" ]; then git rev-parse HEAD && return; fi
  # A checkout of one commit's depth, as continuous integration makes them, has to ask for the commit before.
  git rev-parse --verify --quiet 'HEAD^{commit}^' && return
  git fetch --quiet --deepen=1 2>/dev/null && git rev-parse --verify --quiet 'HEAD^{commit}^'
}

if [ -n "${CONTRACTS_BEFORE:-}" ] && ! git rev-parse --verify --quiet "$CONTRACTS_BEFORE^{commit}" >/dev/null; then
  echo "There is no commit $CONTRACTS_BEFORE." >&2
  exit 1
elif ! git rev-parse --git-dir >/dev/null 2>&1; then
  echo 'Not compared with earlier contracts: this is not a git checkout.'
elif ! commit=$(git rev-parse --verify "${CONTRACTS_BEFORE:-$(earlier_commit)}^{commit}" 2>/dev/null); then
  echo 'Not compared with earlier contracts: no earlier commit is within reach.'
elif ! git cat-file -e "$commit:./buf.yaml" 2>/dev/null; then
  echo "Not compared with earlier contracts: commit $commit has none."
else
  folder=$(git rev-parse --show-prefix)
  git -C "$(git rev-parse --show-toplevel)" archive --format=tar "$commit:$folder" | buf breaking --against '-#format=tar'
  echo "No contract breaks a caller that was built at commit $(git rev-parse --short "$commit")."
fi
