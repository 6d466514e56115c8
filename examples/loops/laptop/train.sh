#!/bin/sh
# sh train.sh BASE DATA OUT SEED [--OPTION VALUE ..]: trains the weights BASE on the training set DATA into OUT, and resumes where a killed
# training left a checkpoint there. trainer_state.json is the last file of a checkpoint, so one that has it is complete.
set -eu
base=$1 data=$2 out=$3 seed=$4
shift 4
last=$(ls -d "$out"/checkpoint-*/trainer_state.json 2>/dev/null | sort -V | tail -n 1)
exec trl sft --config sft.yaml --model_name_or_path "$base" --dataset_name "$data/data" --output_dir "$out" --seed "$seed" "$@" \
  ${last:+--resume_from_checkpoint "${last%/trainer_state.json}"}
